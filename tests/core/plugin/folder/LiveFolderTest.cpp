#include <cppunit/extensions/HelperMacros.h>

#include <thread>

#include "core/plugin/PluginFolder.h"
#include "plugin/folder/LiveFolder.h"

using namespace chat::plugin;

class LiveFolderTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(LiveFolderTest);
  CPPUNIT_TEST(whatIsDroppedServesWithinASecond);
  CPPUNIT_TEST(whatIsRemovedIsRetired);
  CPPUNIT_TEST(aFolderThatComesBackIsWatched);
  CPPUNIT_TEST(aLinkThatLeadsElsewhereIsFollowed);
  CPPUNIT_TEST(aFolderRenamedIntoThePlaceIsWatched);
  CPPUNIT_TEST(anExchangedParentIsNoticed);
  CPPUNIT_TEST(aFileThatALinkLeadsToIsNoticed);
  CPPUNIT_TEST(rightsTakenBackAboveTheFolderAreNoticed);
  CPPUNIT_TEST(withoutAWatchItLooksByHand);
  CPPUNIT_TEST(badPropertiesKeepItFromLooking);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    _folder = std::make_unique<PluginFolder>();
    _host = _folder->host();
    _host->load();
  }
  void tearDown() override {
    _live.reset();
    _host.reset();
    _folder.reset();
  }

  void whatIsDroppedServesWithinASecond() {
    begin({true, std::chrono::milliseconds(100), {}});
    const auto start = std::chrono::steady_clock::now();
    _folder->dropTwin("twin-a.so", "first!");
    wait([&] { return answer() == "\"first!\""; });
    CPPUNIT_ASSERT(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
    _folder->dropTwin("twin-a.so", "second");
    wait([&] { return answer() == "\"second\""; });
  }

  void whatIsRemovedIsRetired() {
    begin({true, std::chrono::milliseconds(10), {}});
    _folder->dropTwin("twin-a.so", "first!");
    wait([&] { return answer() == "\"first!\""; });
    _folder->remove("twin-a.so");
    wait([&] { return answer().empty() && _host->overview()->unmapped == 1; });
  }

  void aFolderThatComesBackIsWatched() {
    begin({true, std::chrono::milliseconds(10), {}});
    std::filesystem::remove(_folder->folder());
    std::filesystem::create_directory(_folder->folder());
    _folder->dropTwin("twin-a.so", "first!");
    wait([&] { return answer() == "\"first!\""; });
  }

  /// Each exchange is followed by a second one and by a change inside: what is watched afterwards is the new place.
  void aLinkThatLeadsElsewhereIsFollowed() {
    // As deployments do it: releases side by side, and a link that is renamed over the old one.
    const auto plugins = _folder->folder();
    const auto lead = [&](const std::string& release) {
      std::filesystem::create_directory_symlink(release, plugins.parent_path() / "next");
      std::filesystem::rename(plugins.parent_path() / "next", plugins);
    };
    std::filesystem::remove(plugins);
    release("one", "first!");
    release("two", "second");
    lead("one");
    begin({true, std::chrono::milliseconds(10), {}});
    wait([&] { return answer() == "\"first!\""; });
    lead("two");
    wait([&] { return answer() == "\"second\""; });
    lead("one");
    wait([&] { return answer() == "\"first!\""; });
    _folder->dropTwin("twin-a.so", "third!");
    wait([&] { return answer() == "\"third!\""; });
  }

  void aFolderRenamedIntoThePlaceIsWatched() {
    const auto plugins = _folder->folder();
    const auto put = [&](const std::string& release) {
      std::filesystem::rename(plugins, plugins.parent_path() / ("before-" + release));
      std::filesystem::rename(plugins.parent_path() / release, plugins);
    };
    release("one", "first!");
    release("two", "second");
    begin({true, std::chrono::milliseconds(10), {}});
    put("one");
    wait([&] { return answer() == "\"first!\""; });
    put("two");
    wait([&] { return answer() == "\"second\""; });
    _folder->dropTwin("twin-a.so", "third!");
    wait([&] { return answer() == "\"third!\""; });
  }

  void anExchangedParentIsNoticed() {
    const auto root = _folder->folder().parent_path();
    for (const auto* const name : {"now", "next"}) std::filesystem::create_directory(root / name);
    release("now/plugins", "first!");
    release("next/plugins", "second");
    auto options = _folder->options();
    options.folder = root / "now" / "plugins";
    _host.reset();
    _host = _folder->host(options);
    _host->load();
    _live = std::make_unique<LiveFolder>(*_host, options.folder,
                                         LiveFolder::Options{true, std::chrono::milliseconds(10), {}});
    _live->start();
    settle();
    wait([&] { return answer() == "\"first!\""; });
    std::filesystem::rename(root / "now", root / "before");
    std::filesystem::rename(root / "next", root / "now");
    wait([&] { return answer() == "\"second\""; });
  }

  /// The folder's own entry doesn't change, what the plugin's name stands for does.
  void aFileThatALinkLeadsToIsNoticed() {
    const auto root = _folder->folder().parent_path();
    release("one", "first!");
    release("two", "second");
    std::filesystem::create_directory_symlink("one", root / "current");
    std::filesystem::create_symlink("../current/twin-a.so", _folder->folder() / "twin-a.so");
    begin({true, std::chrono::milliseconds(10), {}});
    wait([&] { return answer() == "\"first!\""; });
    std::filesystem::create_directory_symlink("two", root / "next");
    std::filesystem::rename(root / "next", root / "current");
    wait([&] { return answer() == "\"second\""; });
  }

  void rightsTakenBackAboveTheFolderAreNoticed() {
    const auto root = _folder->folder().parent_path();
    begin({true, std::chrono::milliseconds(10), {}});
    std::filesystem::permissions(root, std::filesystem::perms::all);
    wait([&] {
      return _folder->hasLogged("no plugin is loaded, replaced or removed: " + root.string() + " can be written by");
    });
    _folder->dropTwin("twin-a.so", "first!");
    std::filesystem::permissions(root, std::filesystem::perms::owner_all);
    wait([&] { return answer() == "\"first!\""; });
  }

  void withoutAWatchItLooksByHand() {
    begin({false, std::chrono::milliseconds(10), [] { return true; }});
    _folder->dropTwin("twin-a.so", "first!");
    CPPUNIT_ASSERT(_host->overview()->files.empty());
    _live->rescan();
    wait([&] { return answer() == "\"first!\""; });
  }

  void badPropertiesKeepItFromLooking() {
    begin({false, std::chrono::milliseconds(10), [] { return false; }});
    _folder->dropTwin("twin-a.so", "first!");
    _live->rescan();
    wait([&] { return _live->looksByHand() == 1; });
    CPPUNIT_ASSERT(_host->overview()->files.empty());
  }

 private:
  /// A folder beside the plugin folder, with a twin of that answer in it.
  void release(const std::string& name, const std::string& reply) {
    const auto plugins = _folder->folder();
    const auto place = plugins.parent_path() / name;
    std::filesystem::create_directory(place);
    const bool isEmpty = !std::filesystem::exists(plugins);
    if (isEmpty) std::filesystem::create_directory(plugins);
    _folder->dropTwin("twin-a.so", reply);
    std::filesystem::rename(plugins / "twin-a.so", place / "twin-a.so");
    if (isEmpty) std::filesystem::remove(plugins);
  }
  void begin(LiveFolder::Options options) {
    const bool watches = options.watches;
    _live = std::make_unique<LiveFolder>(*_host, _folder->folder(), std::move(options));
    _live->start();
    if (watches) settle();
  }
  /// Until it has looked once and waits for changes.
  void settle() {
    const auto looks = _live->looksByHand();
    _live->rescan();
    wait([&] { return _live->looksByHand() > looks; });
  }
  std::string answer() const {
    const auto table = _host->tables().current();
    const auto* const route = table->find("twin-a");
    const auto guard = route ? route->plugin->enter() : CallGuard();
    return guard ? callHandler(*route->handler) : "";
  }
  template <typename Condition>
  void wait(Condition condition) const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
      CPPUNIT_ASSERT_MESSAGE("waited in vain", std::chrono::steady_clock::now() < end);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  std::unique_ptr<PluginFolder> _folder;
  std::unique_ptr<PluginHost> _host;
  std::unique_ptr<LiveFolder> _live;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LiveFolderTest);
