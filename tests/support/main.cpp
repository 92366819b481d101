// Runs every registered CppUnit fixture, or those named on the command line, one line per test.
// The last line is "N passed, M failed"; the exit code is 0 only if M is 0.
#include <cppunit/BriefTestProgressListener.h>
#include <cppunit/TestResult.h>
#include <cppunit/TestResultCollector.h>
#include <cppunit/TestRunner.h>
#include <cppunit/TextOutputter.h>
#include <cppunit/extensions/TestFactoryRegistry.h>

#include <iostream>

int main(int argc, char** argv) {
  CppUnit::TestResult controller;
  CppUnit::TestResultCollector results;
  CppUnit::BriefTestProgressListener progress;
  controller.addListener(&results);
  controller.addListener(&progress);

  CppUnit::TestRunner runner;
  runner.addTest(CppUnit::TestFactoryRegistry::getRegistry().makeTest());
  if (argc < 2) {
    runner.run(controller);
  } else {
    for (int i = 1; i < argc; ++i) runner.run(controller, argv[i]);
  }
  CppUnit::TextOutputter(&results, std::cerr).write();
  const auto failed = results.testFailuresTotal();
  std::cout << results.runTests() - failed << " passed, " << failed << " failed\n";
  return failed == 0 && results.runTests() > 0 ? 0 : 1;
}
