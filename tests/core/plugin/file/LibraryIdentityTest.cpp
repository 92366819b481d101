#include <cppunit/extensions/HelperMacros.h>

#include "plugin/api/Plugin.h"
#include "plugin/file/LibraryIdentity.h"
#include "plugin/file/Refused.h"

using chat::plugin::BuildIdentity;
using chat::plugin::LibraryIdentity;
using chat::plugin::Refused;

namespace {

const std::string Head = "chat-socketio plugin\n" CHAT_PLUGIN_BUILD;

std::string refusalOf(const std::string& text) {
  try {
    LibraryIdentity::parse(text);
  } catch (const Refused& refused) {
    return refused.what();
  }
  return "";
}

std::string buildRefusal(BuildIdentity build) {
  LibraryIdentity identity;
  identity.build = std::move(build);
  try {
    identity.checkBuild(BuildIdentity::host());
  } catch (const Refused& refused) {
    return refused.what();
  }
  return "";
}

}  // namespace

class LibraryIdentityTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(LibraryIdentityTest);
  CPPUNIT_TEST(readsAllThatIsDeclared);
  CPPUNIT_TEST(namesWhatIsMalformed);
  CPPUNIT_TEST(refusesOtherApisBeforeAnythingElse);
  CPPUNIT_TEST(namesBothSidesOfAnotherBuild);
  CPPUNIT_TEST_SUITE_END();

 public:
  void readsAllThatIsDeclared() {
    const auto identity = LibraryIdentity::parse(Head +
                                                 "name a-1\nversion 2.0 beta\nclass ns::A\nevent one\nevent two words\n"
                                                 "setting key integer 5 1..9 | what\ncommand user\ncommand other-1\n");
    CPPUNIT_ASSERT((identity.commands == std::vector<std::string>{"user", "other-1"}));
    CPPUNIT_ASSERT_EQUAL(std::string("a-1"), identity.name);
    CPPUNIT_ASSERT_EQUAL(std::string("2.0 beta"), identity.version);
    CPPUNIT_ASSERT_EQUAL(std::string("ns::A"), identity.className);
    CPPUNIT_ASSERT((identity.events == std::vector<std::string>{"one", "two words"}));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, identity.settings.size());
    CPPUNIT_ASSERT_EQUAL(std::string("key"), identity.settings[0].key);
    identity.checkBuild(BuildIdentity::host());
  }

  void namesWhatIsMalformed() {
    const std::string rest = "version 1\nclass A\n";
    const std::pair<std::string, std::string> rows[] = {
        {"hello\n", "does not begin with"},
        {"chat-socketio plugin", "does not begin with"},
        {Head + rest, "name ''"},
        {Head + "name Login\n" + rest, "name 'Login'"},
        {Head + "name 1a\n" + rest, "name '1a'"},
        {Head + "name a_b\n" + rest, "name 'a_b'"},
        {Head + "name " + std::string(33, 'a') + "\n" + rest, "up to 31"},
        {Head + "name a\nname b\n" + rest, "'name' stands twice"},
        {Head + "name a\nclass A\n", "no version"},
        {Head + "name a\nversion 1\n", "no class"},
        {Head + "name a\n" + rest + "event \n", "event has no name"},
        {Head + "name a\n" + rest + "event disconnect\n", "'disconnect' is reserved"},
        {Head + "name a\n" + rest + "event x\nevent x\n", "'x' is declared twice"},
        {Head + "name a\n" + rest + "command x\ncommand x\n", "'x' is declared twice"},
        {Head + "name a\n" + rest + "command --x\n", "'--x' is not a small letter and up to 31 small letters"},
        {Head + "name a\n" + rest + "colour red\n", "'colour' is unknown"},
        {Head + "name a\n" + rest + "setting k text a | b\nsetting k text a | b\n", "'k' is declared twice"},
        {"chat-socketio plugin\napi one\nname a\n" + rest, "api 'one'"},
        {"chat-socketio plugin\nname a\n" + rest, "api ''"},
    };
    for (const auto& [text, part] : rows) {
      const auto refusal = refusalOf(text);
      CPPUNIT_ASSERT_MESSAGE(part + " in " + refusal, refusal.find(part) != std::string::npos);
      CPPUNIT_ASSERT(refusal.find("build it again") != std::string::npos);
    }
  }

  void refusesOtherApisBeforeAnythingElse() {
    const auto newer = refusalOf("chat-socketio plugin\napi 2.0\nlines of another time\n");
    CPPUNIT_ASSERT_EQUAL(
        std::string("built for plugin API 2.0; this server has 1.2: update the server, or build the plugin with this "
                    "server's SDK"),
        newer);
    CPPUNIT_ASSERT(refusalOf("chat-socketio plugin\napi 1.99\n").find("plugin API 1.99") != std::string::npos);
    CPPUNIT_ASSERT(refusalOf("chat-socketio plugin\napi 0.9\n").find("build the plugin again") != std::string::npos);
  }

  void namesBothSidesOfAnotherBuild() {
    auto build = BuildIdentity::host();
    CPPUNIT_ASSERT_EQUAL(std::string(), buildRefusal(build));
    build.poco = "0x010D0300";
    CPPUNIT_ASSERT(buildRefusal(build).find("Poco 1.13.3, this server with 1.") != std::string::npos);
    build = BuildIdentity::host();
    build.compiler = "gcc 99";
    CPPUNIT_ASSERT(buildRefusal(build).find("compiler gcc 99, this server with " CHAT_PLUGIN_COMPILER) !=
                   std::string::npos);
    build = BuildIdentity::host();
    build.stdlib = "libc++x";
    CPPUNIT_ASSERT(buildRefusal(build).find("C++ library libc++x") != std::string::npos);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LibraryIdentityTest);
