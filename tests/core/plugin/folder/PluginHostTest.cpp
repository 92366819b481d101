#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "core/plugin/PluginFolder.h"
#include "plugin/call/PluginCall.h"
#include "plugin/folder/PluginHost.h"

using namespace chat::plugin;

class PluginHostTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PluginHostTest);
  CPPUNIT_TEST(servesWhatPluginsRegister);
  CPPUNIT_TEST(handsSettingsLoggerAndEmitterToPlugins);
  CPPUNIT_TEST(exceptionsComeOutAsValues);
  CPPUNIT_TEST(appErrorIsCaughtByType);
  CPPUNIT_TEST(classesOfTheSameNameStayApart);
  CPPUNIT_TEST(generationsOfOneFileHaveTheirOwnStatics);
  CPPUNIT_TEST(disabledPluginsAreNotLoaded);
  CPPUNIT_TEST(wherePluginsAreEnabledTheOthersAreNotLoaded);
  CPPUNIT_TEST(eachPluginHasWorkersOfItsOwn);
  CPPUNIT_TEST(stopTakesEverythingOutOfMemory);
  CPPUNIT_TEST(stopWaitsForCalls);
  CPPUNIT_TEST(callsThatDoNotReturnKeepTheirCode);
  CPPUNIT_TEST(anEmptyFolderServesNothing);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override { _folder = std::make_unique<PluginFolder>(); }
  void tearDown() override { _folder.reset(); }

  void servesWhatPluginsRegister() {
    _folder->add("good");
    _folder->add("twin-a", "twin.so");
    _folder->add("good", ".half-copied.so");
    _folder->write("README.txt", "not a plugin");
    const auto host = loaded();
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, host->overview()->files.size());
    const auto& status = PluginFolder::status(*host, "good.so");
    CPPUNIT_ASSERT(status.state == PluginStatus::State::Serving);
    CPPUNIT_ASSERT_EQUAL(std::string("good"), status.name);
    CPPUNIT_ASSERT_EQUAL(std::string("1.2.3"), status.version);

    const auto table = host->tables().current();
    const auto* const who = table->find("who");
    CPPUNIT_ASSERT(who != nullptr && who->execution == Execution::Inline);
    CPPUNIT_ASSERT_EQUAL(std::string("good"), who->plugin->identity().name);
    CPPUNIT_ASSERT(table->find("count to")->execution == Execution::Worker);
    CPPUNIT_ASSERT(table->find("nobody's") == nullptr);
    CPPUNIT_ASSERT_EQUAL(std::string("\"good\""), callEvent(*table, "who").answer);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, table->connects().size());
    CPPUNIT_ASSERT_EQUAL(10, table->connects()[0].order);
    CPPUNIT_ASSERT_EQUAL(50, table->connects()[1].order);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, table->disconnects().size());
  }

  void handsSettingsLoggerAndEmitterToPlugins() {
    _folder->add("good");
    _folder->properties = {{"good.limit", "99"}, {"good.loud", "true"}};
    const auto host = loaded();
    CPPUNIT_ASSERT(_folder->hasLogged("plugin.good: greeting hello there, limit 99, loud yes"));
    CPPUNIT_ASSERT((_folder->emitted() == std::vector<std::string>{"started"}));
  }

  void exceptionsComeOutAsValues() {
    _folder->add("good");
    const auto host = loaded();
    const auto table = host->tables().current();
    const auto refusal = callEvent(*table, "fail", "AppError").failure;
    CPPUNIT_ASSERT(refusal && refusal->kind == CallFailure::Kind::Refusal);
    CPPUNIT_ASSERT_EQUAL(403, refusal->code);
    CPPUNIT_ASSERT_EQUAL(std::string("not yours"), refusal->text);
    const auto derived = callEvent(*table, "fail", "derived").failure;
    CPPUNIT_ASSERT(derived && derived->kind == CallFailure::Kind::Refusal);
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{7}, derived->retryAfterSeconds.value_or(0));
    const std::pair<const char*, const char*> faults[] = {{"Poco", "I/O error: the disk is gone"},
                                                          {"std", "std::out_of_range: beyond"},
                                                          {"int", "an exception of type int"}};
    for (const auto& [how, text] : faults) {
      const auto fault = callEvent(*table, "fail", how).failure;
      CPPUNIT_ASSERT(fault && fault->kind == CallFailure::Kind::Fault);
      CPPUNIT_ASSERT_EQUAL(std::string(text), fault->text);
    }
    const auto unavailable = callPlugin([] { throw chat::data::Unavailable("away"); });
    CPPUNIT_ASSERT(unavailable && unavailable->kind == CallFailure::Kind::Unavailable);
  }

  void appErrorIsCaughtByType() {
    _folder->add("good");
    const auto host = loaded();
    const auto table = host->tables().current();
    const auto* const route = table->find("fail");
    const auto guard = route->plugin->enter();
    int code = 0;
    try {
      callHandler(*route->handler, "AppError");
    } catch (const AppError& error) {
      code = error.code();
    }
    CPPUNIT_ASSERT_EQUAL(403, code);
  }

  void classesOfTheSameNameStayApart() {
    _folder->add("twin-a");
    _folder->add("twin-b");
    const auto host = loaded();
    const auto table = host->tables().current();
    CPPUNIT_ASSERT_EQUAL(std::string("\"twin-a\""), callEvent(*table, "twin-a").answer);
    CPPUNIT_ASSERT_EQUAL(std::string("\"twin-b\""), callEvent(*table, "twin-b").answer);
  }

  void generationsOfOneFileHaveTheirOwnStatics() {
    PluginFolder other;
    _folder->add("good");
    other.add("good");
    const auto first = loaded();
    const auto second = other.host();
    second->load();
    CPPUNIT_ASSERT_EQUAL(std::string("1"), callEvent(*first->tables().current(), "count to").answer);
    CPPUNIT_ASSERT_EQUAL(std::string("2"), callEvent(*first->tables().current(), "count to").answer);
    CPPUNIT_ASSERT_EQUAL(std::string("1"), callEvent(*second->tables().current(), "count to").answer);
  }

  void disabledPluginsAreNotLoaded() {
    _folder->add("good");
    _folder->add("taken");
    _folder->properties = {{"plugins.disabled", " good, nobody "}};
    const auto host = loaded();
    CPPUNIT_ASSERT(PluginFolder::status(*host, "good.so").state == PluginStatus::State::Disabled);
    CPPUNIT_ASSERT(PluginFolder::status(*host, "taken.so").state == PluginStatus::State::Serving);
    CPPUNIT_ASSERT_EQUAL(std::string("taken"), host->tables().current()->find("who")->plugin->identity().name);
    CPPUNIT_ASSERT(_folder->hasLogged("plugins.disabled names nobody, but no plugin"));
  }

  void wherePluginsAreEnabledTheOthersAreNotLoaded() {
    _folder->add("good");
    _folder->add("taken");
    _folder->write("broken.so", "no plugin");
    _folder->properties = {{"plugins.enabled", "taken, somebody"}};
    const auto host = loaded();
    CPPUNIT_ASSERT(PluginFolder::status(*host, "good.so").state == PluginStatus::State::Disabled);
    CPPUNIT_ASSERT(PluginFolder::status(*host, "taken.so").state == PluginStatus::State::Serving);
    CPPUNIT_ASSERT(PluginFolder::status(*host, "broken.so").state == PluginStatus::State::Refused);
    CPPUNIT_ASSERT(_folder->hasLogged("good.so: plugin good 1.2.3 is not loaded, as plugins.enabled names others"));
    CPPUNIT_ASSERT(_folder->hasLogged("plugins.enabled names somebody, but no plugin"));
    // What is disabled isn't loaded, even where it is enabled; and with neither all are.
    _folder->properties = {{"plugins.enabled", "taken"}, {"plugins.disabled", "taken"}};
    host->rescan(Look::ByHand);
    CPPUNIT_ASSERT(PluginFolder::status(*host, "taken.so").state == PluginStatus::State::Disabled);
    _folder->properties = {{"plugins.enabled", ""}, {"plugins.disabled", "taken"}};
    host->rescan(Look::ByHand);
    CPPUNIT_ASSERT(PluginFolder::status(*host, "good.so").state == PluginStatus::State::Serving);
  }

  void eachPluginHasWorkersOfItsOwn() {
    _folder->add("good");
    _folder->properties = {{"plugin.good.threads", "1"}, {"plugin.good.queue", "1"}};
    const auto host = loaded();
    auto& plugin = *host->tables().current()->find("who")->plugin;
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, plugin.limits().threads);

    std::mutex mutex;
    std::condition_variable changed;
    bool isRunning = false;
    bool mayEnd = false;
    CPPUNIT_ASSERT(plugin.workers().trySubmit([&, guard = plugin.enter()] {
      std::unique_lock lock(mutex);
      isRunning = true;
      changed.notify_all();
      changed.wait(lock, [&] { return mayEnd; });
    }));
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return isRunning; });
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, plugin.callsInside());
    CPPUNIT_ASSERT(plugin.workers().trySubmit([guard = plugin.enter()] {}));
    CPPUNIT_ASSERT(!plugin.workers().trySubmit([guard = plugin.enter()] {}));
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, plugin.callsInside());
    mayEnd = true;
    changed.notify_all();
  }

  void stopTakesEverythingOutOfMemory() {
    _folder->add("good");
    _folder->add("twin-a");
    const auto host = loaded();
    CPPUNIT_ASSERT(_folder->hasMapped());
    TablePublication::Reader reader(host->tables());
    const auto outdated = host->tables().current();
    CPPUNIT_ASSERT(reader.current().find("who") != nullptr);
    host->stop();
    CPPUNIT_ASSERT(_folder->hasLogged("plugin.good: stopped"));
    CPPUNIT_ASSERT(!_folder->hasMapped());
    CPPUNIT_ASSERT(reader.current().find("who") == nullptr);
    CPPUNIT_ASSERT(!outdated->find("who")->plugin->enter());
    CPPUNIT_ASSERT(std::filesystem::exists(_folder->folder() / "good.so"));
  }

  void stopWaitsForCalls() {
    for (int round = 0; round < 20; ++round) {
      PluginFolder folder;
      folder.add("good");
      const auto host = folder.host();
      host->load();
      std::atomic<int> calls{0};
      std::vector<std::thread> threads;
      for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&] {
          TablePublication::Reader reader(host->tables());
          while (const auto* const route = reader.current().find("who")) {
            const auto guard = route->plugin->enter();
            if (!guard) continue;
            callHandler(*route->handler);
            calls.fetch_add(1);
          }
        });
      }
      while (calls.load() < 3) std::this_thread::yield();
      host->stop();
      CPPUNIT_ASSERT(!folder.hasMapped());
      for (auto& thread : threads) thread.join();
    }
  }

  void callsThatDoNotReturnKeepTheirCode() {
    _folder->add("good");
    auto options = _folder->options();
    options.retireWait = std::chrono::milliseconds(1);
    const auto host = _folder->host(std::move(options));
    host->load();
    const auto table = host->tables().current();
    {
      const auto* const route = table->find("who");
      const auto guard = route->plugin->enter();
      host->stop();
      CPPUNIT_ASSERT(_folder->hasLogged("plugin good doesn't stop: 1 of its calls haven't returned"));
      CPPUNIT_ASSERT(_folder->hasMapped());
      CPPUNIT_ASSERT_EQUAL(std::string("\"good\""), callHandler(*route->handler));
    }
  }

  void anEmptyFolderServesNothing() {
    const auto host = loaded();
    CPPUNIT_ASSERT(host->overview()->files.empty());
    CPPUNIT_ASSERT(host->tables().current()->find("who") == nullptr);
  }

 private:
  std::unique_ptr<PluginHost> loaded() {
    auto host = _folder->host();
    host->load();
    return host;
  }

  std::unique_ptr<PluginFolder> _folder;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PluginHostTest);
