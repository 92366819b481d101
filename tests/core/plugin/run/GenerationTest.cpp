#include <cppunit/extensions/HelperMacros.h>

#include "core/plugin/PluginFolder.h"
#include "plugin/file/Refused.h"
#include "plugin/run/Generation.h"

using namespace chat::plugin;

namespace {

/// Notes what is done to it.
class NotingPlugin final : public Plugin, public DisconnectHandler {
 public:
  NotingPlugin(std::string& notes, std::string event) : _notes(notes), _event(std::move(event)) {}
  ~NotingPlugin() override { _notes += "destroyed "; }
  void start(Context&, Registrar& registrar) override {
    _notes += "started ";
    registrar.onDisconnect(*this);
    if (!_event.empty()) registrar.onEvent(_event, _handler);
  }
  void stop() noexcept override { _notes += "stopped "; }
  void disconnected(const Caller&, std::string_view) override {}

 private:
  class Handler final : public EventHandler {
    void handle(const Request&, Reply&) override {}
  };
  std::string& _notes;
  std::string _event;
  Handler _handler;
};

LibraryIdentity identity() {
  LibraryIdentity identity;
  identity.name = "noting";
  identity.version = "1";
  return identity;
}

}  // namespace

class GenerationTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(GenerationTest);
  CPPUNIT_TEST(stopsAndDestroysInThatOrder);
  CPPUNIT_TEST(retiresOnceTheLastCallHasLeft);
  CPPUNIT_TEST(stopsWhatRegisteredSomethingUndeclared);
  CPPUNIT_TEST_SUITE_END();

 public:
  void stopsAndDestroysInThatOrder() {
    std::string notes;
    {
      Generation generation(identity(), {}, {}, 1, _folder.services());
      generation.start(std::make_unique<NotingPlugin>(notes, ""));
      CPPUNIT_ASSERT_EQUAL(std::size_t{1}, generation.registrations().disconnects().size());
    }
    CPPUNIT_ASSERT_EQUAL(std::string("started stopped destroyed "), notes);
  }

  void retiresOnceTheLastCallHasLeft() {
    std::string notes;
    Generation generation(identity(), {}, {}, 1, _folder.services());
    generation.start(std::make_unique<NotingPlugin>(notes, ""));
    {
      const auto guard = generation.enter();
      CPPUNIT_ASSERT(generation.retire(std::chrono::milliseconds(0)) == Generation::Retired::Busy);
      CPPUNIT_ASSERT(!generation.enter());
      CPPUNIT_ASSERT_EQUAL(std::string("started "), notes);
    }
    CPPUNIT_ASSERT(generation.retire(std::chrono::milliseconds(0)) == Generation::Retired::Unmapped);
    CPPUNIT_ASSERT_EQUAL(std::string("started stopped destroyed "), notes);
  }

  void stopsWhatRegisteredSomethingUndeclared() {
    std::string notes;
    Generation generation(identity(), {}, {}, 1, _folder.services());
    CPPUNIT_ASSERT_THROW(generation.start(std::make_unique<NotingPlugin>(notes, "surprise")), Refused);
    CPPUNIT_ASSERT_EQUAL(std::string("started stopped destroyed "), notes);
  }

 private:
  PluginFolder _folder;
};

CPPUNIT_TEST_SUITE_REGISTRATION(GenerationTest);
