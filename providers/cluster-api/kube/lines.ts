/**
 * Cuts a stream of bytes into its lines, whatever the pieces it comes in: a watch sends one JSON
 * object a line. A line longer than `bytesMax` throws a RangeError; a last line without its end is
 * dropped, since it is not whole.
 */
export async function* linesOf(
  pieces: AsyncIterable<Uint8Array>,
  bytesMax: number,
): AsyncGenerator<string, void, undefined> {
  const rest: Uint8Array[] = [];
  let restBytes = 0;
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, start)) {
      rest.push(piece.subarray(start, end));
      restBytes += end - start;
      if (restBytes > bytesMax) throw new RangeError(`a line has more than ${bytesMax} bytes`);
      if (restBytes > 0) yield Buffer.concat(rest).toString("utf8");
      rest.length = 0;
      restBytes = 0;
      start = end + 1;
    }
    rest.push(piece.subarray(start));
    restBytes += piece.length - start;
    if (restBytes > bytesMax) throw new RangeError(`a line has more than ${bytesMax} bytes`);
  }
}

const NEWLINE = 0x0a;
