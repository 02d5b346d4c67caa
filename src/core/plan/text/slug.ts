/** A name in the letters of an id: lower case, everything but letters and digits as single hyphens, 60 at most. */
export function slug(text: string): string {
  const words = text
    .slice(0, 200)
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  let name = '';
  for (const word of words) {
    const longer = name === '' ? word : `${name}-${word}`;
    if (longer.length > 60) break;
    name = longer;
  }
  return name === '' ? (words[0] ?? '').slice(0, 60) : name;
}
