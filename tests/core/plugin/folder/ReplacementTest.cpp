#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <thread>

#include "core/plugin/PluginFolder.h"
#include "plugin/folder/PluginHost.h"

using namespace chat::plugin;
using State = PluginStatus::State;

/// What the host makes of a folder that changes, without a watch: each test looks by itself.
class ReplacementTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ReplacementTest);
  CPPUNIT_TEST(newFilesServe);
  CPPUNIT_TEST(aFileIsLoadedOnceItIsAtRest);
  CPPUNIT_TEST(overwrittenFilesReplace);
  CPPUNIT_TEST(theNewestOfOneNameServes);
  CPPUNIT_TEST(removedFilesRetire);
  CPPUNIT_TEST(removingTheNewestBringsBackTheOlder);
  CPPUNIT_TEST(aBadReplacementLeavesTheOldOneServing);
  CPPUNIT_TEST(aDamagedFileLeavesWhatItHeldServing);
  CPPUNIT_TEST(aClaimPassesOn);
  CPPUNIT_TEST(settingsBesideTheFile);
  CPPUNIT_TEST(lookingByHandTakesNewSettings);
  CPPUNIT_TEST(disablingTakesOut);
  CPPUNIT_TEST(callsFinishOnTheOldGeneration);
  CPPUNIT_TEST(parkedGenerationsAreBounded);
  CPPUNIT_TEST(everyCallFindsAGeneration);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override { _folder = std::make_unique<PluginFolder>(); }

  void newFilesServe() {
    const auto host = loaded();
    CPPUNIT_ASSERT(host->tables().current()->find("twin-a") == nullptr);
    _folder->dropTwin("twin-a.so", "second");
    look(*host);
    CPPUNIT_ASSERT_EQUAL(std::string("\"second\""), answer(*host));
    CPPUNIT_ASSERT(_folder->hasLogged("twin-a.so: plugin twin-a 1.0.0 serves the events twin-a"));
  }

  void aFileIsLoadedOnceItIsAtRest() {
    const auto host = loaded();
    _folder->dropTwin("twin-a.so", "second");
    CPPUNIT_ASSERT(!host->rescan(Look::Change));
    CPPUNIT_ASSERT(host->overview()->loads == 0);
    CPPUNIT_ASSERT(PluginFolder::status(*host, "twin-a.so").state == State::Changing);
    CPPUNIT_ASSERT(!_folder->hasLogged("twin-a.so"));  // nothing is known of it yet
    _folder->dropTwin("twin-a.so", "third!");
    CPPUNIT_ASSERT(!host->rescan(Look::Change));
    CPPUNIT_ASSERT(host->rescan(Look::Change));
    CPPUNIT_ASSERT_EQUAL(std::string("\"third!\""), answer(*host));
  }

  void overwrittenFilesReplace() {
    _folder->dropTwin("twin-a.so", "first!");
    const auto host = loaded();
    const auto first = host->tables().current()->find("twin-a")->plugin->number();
    _folder->dropTwin("twin-a.so", "second");
    look(*host);
    CPPUNIT_ASSERT_EQUAL(std::string("\"second\""), answer(*host));
    CPPUNIT_ASSERT(host->tables().current()->find("twin-a")->plugin->number() > first);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, host->overview()->replacements);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, host->overview()->unmapped);
    CPPUNIT_ASSERT(_folder->hasLogged("it replaces 1.0.0 (generation " + std::to_string(first) + ")"));
  }

  void theNewestOfOneNameServes() {
    _folder->dropTwin("z-old.so", "first!");
    _folder->dropTwin("a-new.so", "second");
    const auto host = loaded();
    CPPUNIT_ASSERT_EQUAL(std::string("\"second\""), answer(*host));
    CPPUNIT_ASSERT(PluginFolder::status(*host, "z-old.so").state == State::Superseded);
    _folder->dropTwin("b-newer.so", "third!");
    look(*host);
    CPPUNIT_ASSERT_EQUAL(std::string("\"third!\""), answer(*host));
    CPPUNIT_ASSERT(PluginFolder::status(*host, "a-new.so").state == State::Superseded);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, host->overview()->loads);
  }

  void removedFilesRetire() {
    _folder->dropTwin("twin-a.so", "first!");
    _folder->add("good");
    const auto host = loaded();
    _folder->remove("twin-a.so");
    look(*host);
    CPPUNIT_ASSERT(host->tables().current()->find("twin-a") == nullptr);
    CPPUNIT_ASSERT_EQUAL(std::string("\"good\""), callEvent(*host->tables().current(), "who").answer);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, host->overview()->unmapped);
    CPPUNIT_ASSERT(_folder->hasLogged("plugin twin-a 1.0.0 is taken out of service"));
  }

  void removingTheNewestBringsBackTheOlder() {
    _folder->dropTwin("old.so", "first!");
    _folder->dropTwin("new.so", "second");
    const auto host = loaded();
    _folder->remove("new.so");
    look(*host);
    CPPUNIT_ASSERT_EQUAL(std::string("\"first!\""), answer(*host));
  }

  void aBadReplacementLeavesTheOldOneServing() {
    _folder->dropTwin("twin-a.so", "first!");
    const auto host = loaded();
    // Of the same name, but its start fails.
    _folder->addPatched("throwing-start", "newer.so", "\nname throwing-start\n",
                        "\nname twin-a" + std::string(9, '\n'));
    std::filesystem::last_write_time(_folder->folder() / "newer.so",
                                     std::filesystem::file_time_type::clock::now() + std::chrono::hours(1));
    look(*host);
    CPPUNIT_ASSERT(PluginFolder::status(*host, "newer.so").state == State::Refused);
    CPPUNIT_ASSERT_EQUAL(std::string("\"first!\""), answer(*host));
  }

  void aDamagedFileLeavesWhatItHeldServing() {
    _folder->dropTwin("old.so", "first!");
    _folder->dropTwin("twin-a.so", "second");
    const auto host = loaded();
    const auto bytes = PluginFolder::contents(_folder->folder() / "twin-a.so");
    _folder->write("twin-a.so", bytes.substr(0, bytes.size() / 2));
    look(*host);
    const auto status = PluginFolder::status(*host, "twin-a.so");
    CPPUNIT_ASSERT(status.state == State::Refused);
    CPPUNIT_ASSERT(status.plugin != nullptr);
    CPPUNIT_ASSERT_EQUAL(std::string("\"second\""), answer(*host));
    CPPUNIT_ASSERT(_folder->hasLogged("plugin twin-a 1.0.0 (generation 1) serves on"));
    // Looking again changes nothing, and says nothing again.
    const auto refusals = host->overview()->refusals;
    look(*host);
    CPPUNIT_ASSERT_EQUAL(refusals, host->overview()->refusals);
    _folder->remove("twin-a.so");
    look(*host);
    CPPUNIT_ASSERT_EQUAL(std::string("\"first!\""), answer(*host));
  }

  void aClaimPassesOn() {
    _folder->add("good");
    _folder->add("taken");
    const auto host = loaded();
    CPPUNIT_ASSERT(PluginFolder::status(*host, "taken.so").state == State::Refused);
    _folder->remove("good.so");
    look(*host);
    CPPUNIT_ASSERT(PluginFolder::status(*host, "taken.so").state == State::Serving);
    CPPUNIT_ASSERT_EQUAL(std::string("taken"), host->tables().current()->find("who")->plugin->identity().name);
  }

  void settingsBesideTheFile() {
    _folder->write("good.properties", "limit = 42\nplugin.threads = 2\nloud = true\n");
    _folder->properties = {{"good.loud", "false"}};
    _folder->add("good");
    const auto host = loaded();
    CPPUNIT_ASSERT(_folder->hasLogged("limit 42, loud no"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, host->tables().current()->find("who")->plugin->limits().threads);
    _folder->write("good.properties", "limit = 43\n");
    look(*host);
    CPPUNIT_ASSERT(_folder->hasLogged("limit 43, loud no"));
    _folder->write("good.properties", "limits = 44\n");
    look(*host);
    const auto status = PluginFolder::status(*host, "good.so");
    CPPUNIT_ASSERT(status.state == State::Refused);
    CPPUNIT_ASSERT(
        status.reason.starts_with("good.properties has the key limits, which plugin good doesn't know; it "
                                  "knows greeting, limit, loud"));
    CPPUNIT_ASSERT_EQUAL(std::string("\"good\""), callEvent(*host->tables().current(), "who").answer);
  }

  void lookingByHandTakesNewSettings() {
    _folder->add("good");
    const auto host = loaded();
    host->rescan(Look::ByHand);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, host->overview()->loads);
    _folder->properties = {{"good.limit", "77"}};
    look(*host);
    CPPUNIT_ASSERT(!_folder->hasLogged("limit 77"));
    host->rescan(Look::ByHand);
    CPPUNIT_ASSERT(_folder->hasLogged("limit 77"));
    _folder->properties = {{"good.limit", "many"}};
    host->rescan(Look::ByHand);
    CPPUNIT_ASSERT(PluginFolder::status(*host, "good.so").state == State::Refused);
    CPPUNIT_ASSERT_EQUAL(std::string("\"good\""), callEvent(*host->tables().current(), "who").answer);
    _folder->properties = {{"good.limit", "77"}};
    host->rescan(Look::ByHand);
    CPPUNIT_ASSERT(PluginFolder::status(*host, "good.so").state == State::Serving);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, host->overview()->loads);
  }

  void disablingTakesOut() {
    _folder->dropTwin("twin-a.so", "first!");
    const auto host = loaded();
    _folder->properties = {{"plugins.disabled", "twin-a"}};
    host->rescan(Look::ByHand);
    CPPUNIT_ASSERT(host->tables().current()->find("twin-a") == nullptr);
    CPPUNIT_ASSERT(PluginFolder::status(*host, "twin-a.so").state == State::Disabled);
    _folder->properties.clear();
    host->rescan(Look::ByHand);
    CPPUNIT_ASSERT_EQUAL(std::string("\"first!\""), answer(*host));
  }

  void callsFinishOnTheOldGeneration() {
    _folder->dropTwin("twin-a.so", "first!");
    const auto host = loaded();
    const auto table = host->tables().current();
    const auto* const route = table->find("twin-a");
    auto guard = route->plugin->enter();
    _folder->dropTwin("twin-a.so", "second");
    look(*host);
    CPPUNIT_ASSERT_EQUAL(std::string("\"second\""), answer(*host));
    CPPUNIT_ASSERT_EQUAL(std::string("\"first!\""), callHandler(*route->handler));
    CPPUNIT_ASSERT(host->hasRetiring());
    CPPUNIT_ASSERT(host->overview()->retired.at(0).state == RetiredPlugin::State::Finishing);
    guard = {};
    host->pollRetired();
    CPPUNIT_ASSERT(!host->hasRetiring());
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, host->overview()->unmapped);
  }

  void parkedGenerationsAreBounded() {
    auto options = _folder->options();
    options.retireWait = std::chrono::milliseconds(0);
    options.maxParked = 1;
    _folder->dropTwin("twin-a.so", "first!");
    const auto host = _folder->host(std::move(options));
    host->load();
    auto guard = host->tables().current()->find("twin-a")->plugin->enter();
    _folder->dropTwin("twin-a.so", "second");
    look(*host);
    while (host->overview()->retired.at(0).state != RetiredPlugin::State::Parked) host->pollRetired();
    CPPUNIT_ASSERT(_folder->hasLogged("is parked: 1 of its calls"));
    _folder->dropTwin("twin-a.so", "third!");
    look(*host);
    CPPUNIT_ASSERT_EQUAL(std::string("\"second\""), answer(*host));
    CPPUNIT_ASSERT(_folder->hasLogged("1 earlier generations are parked"));
    guard = {};
    host->pollRetired();
    host->rescan(Look::ByHand);
    CPPUNIT_ASSERT_EQUAL(std::string("\"third!\""), answer(*host));
  }

  void everyCallFindsAGeneration() {
    _folder->dropTwin("twin-a.so", "first!");
    const auto host = loaded();
    std::atomic<bool> isOver{false};
    std::atomic<int> calls{0};
    std::atomic<int> missed{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&] {
        TablePublication::Reader reader(host->tables());
        while (!isOver) {
          CallGuard guard;
          const EventRoute* route = nullptr;
          for (int attempt = 0; attempt < 2 && !guard; ++attempt) {
            route = reader.current().find("twin-a");
            if (route) guard = route->plugin->enter();
          }
          if (!guard || callHandler(*route->handler).empty()) missed.fetch_add(1);
          guard = {};
          calls.fetch_add(1);
        }
      });
    }
    for (int round = 0; round < 50; ++round) {
      _folder->dropTwin("twin-a.so", round % 2 == 0 ? "second" : "first!");
      const auto before = calls.load();
      look(*host);
      while (calls.load() < before + 3) std::this_thread::yield();
    }
    isOver = true;
    for (auto& thread : threads) thread.join();
    CPPUNIT_ASSERT_EQUAL(0, missed.load());
    host->pollRetired();
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{50}, host->overview()->unmapped);
  }

 private:
  std::unique_ptr<PluginHost> loaded() {
    auto host = _folder->host();
    host->load();
    return host;
  }
  static void look(PluginHost& host) {
    while (!host.rescan(Look::Change)) continue;
  }
  static std::string answer(const PluginHost& host) { return callEvent(*host.tables().current(), "twin-a").answer; }

  std::unique_ptr<PluginFolder> _folder;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReplacementTest);
