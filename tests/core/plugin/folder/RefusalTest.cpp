#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/plugin/PluginFolder.h"
#include "plugin/api/Plugin.h"
#include "plugin/file/Refused.h"
#include "plugin/folder/PluginHost.h"

using namespace chat::plugin;

/// A folder of bad plugins beside good ones: each bad one is refused with a line that says what was found, what is
/// expected and what to do; the good ones serve.
class RefusalTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(RefusalTest);
  CPPUNIT_TEST(notALibrary);
  CPPUNIT_TEST(empty);
  CPPUNIT_TEST(truncated);
  CPPUNIT_TEST(noIdentity);
  CPPUNIT_TEST(otherApi);
  CPPUNIT_TEST(newerApi);
  CPPUNIT_TEST(otherPoco);
  CPPUNIT_TEST(otherCompiler);
  CPPUNIT_TEST(missingSymbol);
  CPPUNIT_TEST(throwingConstructor);
  CPPUNIT_TEST(throwingStart);
  CPPUNIT_TEST(takenEvent);
  CPPUNIT_TEST(undeclaredEvent);
  CPPUNIT_TEST(unregisteredEvent);
  CPPUNIT_TEST(extraExports);
  CPPUNIT_TEST(otherBaseClass);
  CPPUNIT_TEST(badSetting);
  CPPUNIT_TEST(badLimit);
  CPPUNIT_TEST(unlistedDigest);
  CPPUNIT_TEST(worldWritableFile);
  CPPUNIT_TEST(groupWritableFile);
  CPPUNIT_TEST(groupWritableProperties);
  CPPUNIT_TEST(groupWritableDigests);
  CPPUNIT_TEST(groupWritableFolder);
  CPPUNIT_TEST(writableFolderAbove);
  CPPUNIT_TEST(stickyFolderAbove);
  CPPUNIT_TEST(foreignLinkInStickyFolder);
  CPPUNIT_TEST(linkBySomebodysFolder);
  CPPUNIT_TEST(foreignFile);
  CPPUNIT_TEST(folderNamedLikeALibrary);
  CPPUNIT_TEST(namedPipe);
  CPPUNIT_TEST(danglingLink);
  CPPUNIT_TEST(worldWritableFolder);
  CPPUNIT_TEST(linkIntoWorldWritableFolder);
  CPPUNIT_TEST(allAtOnce);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override { _folder = std::make_unique<PluginFolder>(); }
  void tearDown() override { _folder.reset(); }

  void notALibrary() {
    _folder->write("bad.so", std::string(500, 'x'));
    expectRefusal({"not a shared library", "chat_add_plugin"});
  }
  void empty() {
    _folder->write("bad.so", "");
    expectRefusal({"the file is empty", "copy the plugin again"});
  }
  void truncated() {
    const auto whole = PluginFolder::contents(PluginFolder::built("taken"));
    _folder->write("bad.so", whole.substr(0, whole.size() * 2 / 3));
    expectRefusal({"truncated", "but the file has", "copy it again"});
  }
  void noIdentity() {
    _folder->add("plain", "bad.so");
    expectRefusal({"not a plugin of this server", ".chat_plugin", "CHAT_PLUGIN"});
  }
  void otherApi() {
    _folder->addPatched("throwing-start", "bad.so", "\napi 1.2\n", "\napi 9.0\n");
    expectRefusal({"plugin API 9.0", "this server has 1.2", "update the server"});
  }
  void newerApi() {
    _folder->addPatched("throwing-start", "bad.so", "\napi 1.2\n", "\napi 1.3\n");
    expectRefusal(
        {"plugin API 1.3", "this server has 1.2", "update the server, or build the plugin with this server's SDK"});
  }
  void otherPoco() {
    _folder->addPatched("throwing-start", "bad.so", "\npoco 0x01", "\npoco 0x02");
    expectRefusal({"Poco 2.", "this server with 1.", "build the plugin again"});
  }
  void otherCompiler() {
    _folder->addPatched("throwing-start", "bad.so", "\ncompiler " CHAT_PLUGIN_COMPILER "\n",
                        "\ncompiler " + std::string(sizeof CHAT_PLUGIN_COMPILER - 1, '9') + "\n");
    expectRefusal({"compiler 99", "this server with " CHAT_PLUGIN_COMPILER, "build the plugin again"});
  }
  void missingSymbol() {
    _folder->add("missing-symbol", "bad.so");
    expectRefusal({"nobodyDefinesThis(int)", "-z defs"});
  }
  void throwingConstructor() {
    _folder->add("throwing-constructor", "bad.so");
    expectRefusal({"constructor of Unborn failed", "no table"});
  }
  void throwingStart() {
    _folder->add("throwing-start", "bad.so");
    expectRefusal({"its start failed", "Not found: key file"});
  }
  void takenEvent() {
    _folder->add("taken", "z-taken.so");
    expectRefusal({"plugin taken claims the event 'who'", "plugin good (good.so)", "plugins.disabled"}, "z-taken.so");
  }
  void undeclaredEvent() {
    _folder->add("undeclared", "bad.so");
    expectRefusal({"registers the event 'secret'", "doesn't declare", "CHAT_PLUGIN"});
  }
  void unregisteredEvent() {
    _folder->add("unregistered", "bad.so");
    expectRefusal({"declares the event 'promised'", "no handler", "registrar.onEvent"});
  }
  void extraExports() {
    _folder->add("open", "bad.so");
    expectRefusal({"symbols beside its entry points", "-fvisibility=hidden", "version script"});
  }
  void otherBaseClass() {
    _folder->add("other-base", "bad.so");
    expectRefusal({"Manifest class mismatch", "build it again"});
  }
  void badSetting() {
    _folder->add("good", "a-good.so");
    _folder->properties = {{"good.limit", "1000"}, {"good.loud", "perhaps"}};
    const auto host = _folder->host();
    host->load();
    const auto& reason = PluginFolder::status(*host, "a-good.so").reason;
    assertHas(reason, "the property good.limit must be an integer from 1 to 100, not '1000'");
    assertHas(reason, "the property good.loud must be true or false, not 'perhaps'");
  }
  void badLimit() {
    _folder->add("twin-b", "bad.so");
    _folder->properties = {{"plugin.twin-b.queue", "none"}};
    expectRefusal({"the property plugin.twin-b.queue must be an integer from 1 to 1000000, not 'none'"});
  }
  void unlistedDigest() {
    const auto list = _folder->folder() / "digests";
    auto options = _folder->options();
    options.digests = list;
    _folder->add("good");
    _folder->add("twin-a");
    const std::string zeros(64, '0');
    _folder->write("digests", zeros + "  good.so\n");
    const auto host = _folder->host(std::move(options));
    host->load();
    assertHas(PluginFolder::status(*host, "good.so").reason, "(plugins.digests) has " + zeros);
    const auto reason = PluginFolder::status(*host, "twin-a.so").reason;
    assertHas(reason, "doesn't name twin-a.so");
    const auto digest = reason.substr(reason.find("its sha256 is ") + 14, 64);
    _folder->write("digests", digest + " *plugins/twin-a.so\n");
    host->rescan(Look::ByHand);
    CPPUNIT_ASSERT(PluginFolder::status(*host, "twin-a.so").state == PluginStatus::State::Serving);
    CPPUNIT_ASSERT(PluginFolder::status(*host, "good.so").state == PluginStatus::State::Refused);
  }
  void worldWritableFile() {
    _folder->add("twin-b", "bad.so");
    std::filesystem::permissions(_folder->folder() / "bad.so", std::filesystem::perms::all);
    expectRefusal({"can be written by everybody", "chmod o-w"});
  }
  void groupWritableFile() {
    _folder->add("twin-b", "bad.so");
    share(_folder->folder() / "bad.so");
    expectRefusal({"can be written by the group 12345", "chmod g-w"});
  }
  void groupWritableProperties() {
    _folder->add("twin-b", "bad.so");
    _folder->write("bad.properties", "plugin.threads = 2\n");
    share(_folder->folder() / "bad.properties");
    expectRefusal({"bad.properties: ", "can be written by the group 12345"});
  }
  void groupWritableDigests() {
    auto options = _folder->options();
    options.digests = _folder->folder() / "digests";
    _folder->add("good");
    _folder->write("digests", "\n");
    share(options.digests);
    const auto host = _folder->host(std::move(options));
    host->load();
    assertHas(PluginFolder::status(*host, "good.so").reason, "digests can be written by the group 12345");
  }
  void groupWritableFolder() {
    share(_folder->folder());
    expectNoLoad(_folder->folder().string() + " can be written by the group 12345");
  }
  void writableFolderAbove() {
    const auto above = _folder->folder().parent_path();
    std::filesystem::permissions(above, std::filesystem::perms::all);
    expectNoLoad(above.string() + " can be written by everybody");
    std::filesystem::permissions(above, std::filesystem::perms::owner_all);
    share(above);
    expectNoLoad(above.string() + " can be written by the group 12345");
  }
  /// As /tmp is: everybody may write there, but nobody may exchange what is another's.
  void stickyFolderAbove() {
    std::filesystem::permissions(_folder->folder().parent_path(),
                                 std::filesystem::perms::all | std::filesystem::perms::sticky_bit);
    _folder->add("good");
    const auto host = _folder->host();
    host->load();
    CPPUNIT_ASSERT(PluginFolder::status(*host, "good.so").state == PluginStatus::State::Serving);
  }
  void foreignLinkInStickyFolder() {
    if (::geteuid() != 0) return;  // only root can give files away
    const auto above = _folder->folder().parent_path();
    std::filesystem::permissions(above, std::filesystem::perms::all | std::filesystem::perms::sticky_bit);
    std::filesystem::create_directory_symlink("plugins", above / "link");
    CPPUNIT_ASSERT_EQUAL(0, ::lchown((above / "link").c_str(), 12345, 12345));
    auto options = _folder->options();
    options.folder = above / "link";
    const auto host = _folder->host(std::move(options));
    try {
      host->load();
      CPPUNIT_FAIL("not refused");
    } catch (const Refused& refused) {
      assertHas(refused.what(), "link belongs to user 12345");
    }
  }
  void linkBySomebodysFolder() {
    PluginFolder other;
    other.add("twin-b");
    std::filesystem::create_symlink(other.folder() / "twin-b.so", _folder->folder() / "bad.so");
    std::filesystem::permissions(other.folder().parent_path(), std::filesystem::perms::all);
    expectRefusal({other.folder().parent_path().string() + " can be written by everybody"});
  }
  void foreignFile() {
    if (::geteuid() != 0) return;  // only root can give files away
    _folder->add("twin-b", "bad.so");
    CPPUNIT_ASSERT_EQUAL(0, ::chown((_folder->folder() / "bad.so").c_str(), 12345, 12345));
    expectRefusal({"belongs to user 12345", "chown"});
  }
  void folderNamedLikeALibrary() {
    std::filesystem::create_directory(_folder->folder() / "bad.so");
    expectRefusal({"not a regular file", "move it elsewhere"});
  }
  void namedPipe() {
    CPPUNIT_ASSERT_EQUAL(0, ::mkfifo((_folder->folder() / "bad.so").c_str(), 0600));
    expectRefusal({"not a regular file"});
  }
  void danglingLink() {
    std::filesystem::create_symlink("/no/such/file", _folder->folder() / "bad.so");
    expectRefusal({"can't be opened", "No such file"});
  }
  void worldWritableFolder() {
    std::filesystem::permissions(_folder->folder(), std::filesystem::perms::all);
    expectNoLoad("can be written by everybody");
  }
  void linkIntoWorldWritableFolder() {
    PluginFolder other;
    other.add("twin-b");
    std::filesystem::permissions(other.folder(), std::filesystem::perms::all);
    std::filesystem::create_symlink(other.folder() / "twin-b.so", _folder->folder() / "bad.so");
    expectRefusal({other.folder().string() + " can be written by everybody"});
  }
  void allAtOnce() {
    for (const char* const name :
         {"good", "missing-symbol", "open", "other-base", "plain", "taken", "throwing-constructor", "throwing-start",
          "twin-a", "twin-b", "undeclared", "unregistered"}) {
      _folder->add(name);
    }
    const auto host = _folder->host();
    host->load();
    std::size_t refused = 0;
    std::size_t serving = 0;
    for (const auto& status : host->overview()->files) {
      if (status.state == PluginStatus::State::Refused) ++refused;
      if (status.state == PluginStatus::State::Serving) ++serving;
    }
    CPPUNIT_ASSERT_EQUAL(std::size_t{9}, refused);
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, serving);
    const auto table = host->tables().current();
    CPPUNIT_ASSERT_EQUAL(std::string("\"good\""), callEvent(*table, "who").answer);
    CPPUNIT_ASSERT_EQUAL(std::string("\"twin-b\""), callEvent(*table, "twin-b").answer);
    host->stop();
    CPPUNIT_ASSERT(!_folder->hasMapped());
  }

 private:
  static void assertHas(const std::string& text, const std::string& part) {
    CPPUNIT_ASSERT_MESSAGE("'" + part + "' in: " + text, text.find(part) != std::string::npos);
  }

  /// Lets a group write there; only root can choose one that isn't the test's own.
  static void share(const std::filesystem::path& path) {
    if (::geteuid() == 0) CPPUNIT_ASSERT_EQUAL(0, ::chown(path.c_str(), 0, 12345));
    std::filesystem::permissions(path, std::filesystem::perms::group_write, std::filesystem::perm_options::add);
  }

  void expectNoLoad(const std::string& reason) {
    const auto host = _folder->host();
    try {
      host->load();
      CPPUNIT_FAIL("not refused");
    } catch (const Refused& refused) {
      assertHas(refused.what(), reason);
    }
  }

  /// Loads the folder with the bad file and two good ones beside it.
  void expectRefusal(const std::vector<std::string>& parts, const std::string& file = "bad.so") {
    _folder->add("good");
    _folder->add("twin-a");
    const auto host = _folder->host();
    host->load();
    const auto& status = PluginFolder::status(*host, file);
    CPPUNIT_ASSERT_MESSAGE("not refused", status.state == PluginStatus::State::Refused);
    for (const auto& part : parts) assertHas(status.reason, part);
    CPPUNIT_ASSERT(_folder->hasLogged(file + " refused: " + status.reason));
    const auto table = host->tables().current();
    CPPUNIT_ASSERT_EQUAL(std::string("\"good\""), callEvent(*table, "who").answer);
    CPPUNIT_ASSERT_EQUAL(std::string("\"twin-a\""), callEvent(*table, "twin-a").answer);
  }

  std::unique_ptr<PluginFolder> _folder;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RefusalTest);
