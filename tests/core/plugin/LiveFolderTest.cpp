#include <cppunit/extensions/HelperMacros.h>

#include <thread>

#include "PluginFolder.h"
#include "plugin/LiveFolder.h"

using namespace chat::plugin;

class LiveFolderTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(LiveFolderTest);
  CPPUNIT_TEST(whatIsDroppedServesWithinASecond);
  CPPUNIT_TEST(whatIsRemovedIsRetired);
  CPPUNIT_TEST(aFolderThatComesBackIsWatched);
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
  void begin(LiveFolder::Options options) {
    _live = std::make_unique<LiveFolder>(*_host, _folder->folder(), std::move(options));
    _live->start();
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
