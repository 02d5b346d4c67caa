const TEST =
  /(^|\/)(tests?|__tests__|specs?)\/|[._-](test|spec)\.[a-z]+$|(^|\/)test_[^/]+\.py$|_test\.(go|py)$|Tests?\.java$/;
const SOURCE = /\.(?:[cm]?[jt]sx?|py|go|java|rs|rb|php|cs|kt|swift|scala|c|cc|cpp|h|hpp|vue|svelte)$/;
const GENERATED =
  /(^|\/)(node_modules|vendor|third_party|dist|build|out|target)\/|\.min\.js$|\.d\.[cm]?ts$|\.pb\.go$|_pb2\.py$/;
/** What decides how things run, in a language that is also the code's. */
const SETTING = /(^|\/)[^/]+\.(config|conf)\.[a-z]+$|(^|\/)(setup|conftest)\.py$/;

/** Whether a file holds tests, by the names that test runners and people use. */
export function isTestFile(path: string): boolean {
  return TEST.test(path);
}

/** Made by a tool, or somebody else's: nobody writes it here. */
export function isGenerated(path: string): boolean {
  return GENERATED.test(path);
}

/** Code that was written by somebody, tests among it. */
export function isSource(path: string): boolean {
  return SOURCE.test(path) && !isGenerated(path);
}

/** Code that tests are for. */
export function isProduct(path: string): boolean {
  return isSource(path) && !isTestFile(path) && !SETTING.test(path);
}
