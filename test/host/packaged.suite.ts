// What is shipped is what was tested: the same, on the package as a user installs it.
import './smoke.suite.ts';
