#include <Poco/Util/Option.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "app/command/CommandLine.h"

namespace chat::app {

class CommandLineTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(CommandLineTest);
  CPPUNIT_TEST(optionsOfTheServerStandAnywhere);
  CPPUNIT_TEST_SUITE_END();

  void optionsOfTheServerStandAnywhere() {
    using Texts = std::vector<std::string>;
    Poco::Util::OptionSet options;
    options.addOption(Poco::Util::Option("config", "c").argument("FILE"));
    options.addOption(Poco::Util::Option("help", "h"));
    const struct {
      Texts arguments;
      Texts own;
      Texts words;
    } rows[] = {
        {{"chat"}, {"chat"}, {}},
        {{"chat", "--config=f", "--help"}, {"chat", "--config=f", "--help"}, {}},
        {{"chat", "user", "add", "anna"}, {"chat"}, {"user", "add", "anna"}},
        {{"chat", "--config", "f", "user", "list"}, {"chat", "--config", "f"}, {"user", "list"}},
        {{"chat", "-cf", "user", "list"}, {"chat", "-cf"}, {"user", "list"}},
        {{"chat", "user", "--config=f", "list"}, {"chat", "--config=f"}, {"user", "list"}},
        {{"chat", "user", "add", "--generate", "anna"}, {"chat"}, {"user", "add", "--generate", "anna"}},
        {{"chat", "--nonsense", "user"}, {"chat", "--nonsense"}, {"user"}},
    };
    for (const auto& row : rows) {
      const auto line = CommandLine::split(row.arguments, options);
      CPPUNIT_ASSERT_MESSAGE(row.arguments.back(), line.own == row.own);
      CPPUNIT_ASSERT_MESSAGE(row.arguments.back(), line.words == row.words);
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CommandLineTest);

}  // namespace chat::app
