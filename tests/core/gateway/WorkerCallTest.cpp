#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <functional>
#include <string>

#include "gateway/event/WorkerCall.h"
#include "plugin/api/AppError.h"

namespace chat::gateway {
namespace {

class Handler final : public plugin::EventHandler {
 public:
  explicit Handler(std::function<void(plugin::Reply&)> call) : _call(std::move(call)) {}
  void handle(const plugin::Request&, plugin::Reply& reply) override { _call(reply); }

 private:
  std::function<void(plugin::Reply&)> _call;
};

WorkerCall callOf(std::initializer_list<plugin::EventHandler*> handlers) {
  WorkerCall call;
  call.caller = std::make_shared<CallerSnapshot>();
  for (auto* handler : handlers) call.steps.push_back({{"e", "1", {}, {}}, handler, {}, {}});
  return call;
}

/// Runs calls of these events until one did as many as expected: how quick a call was is the machine's affair.
bool comesToDo(std::size_t expected, std::initializer_list<plugin::EventHandler*> handlers) {
  for (int tries = 0; tries < 100'000; ++tries) {
    auto call = callOf(handlers);
    call.run();
    CPPUNIT_ASSERT(call.done >= 1 && call.done <= handlers.size());
    if (call.done == expected) return true;
  }
  return false;
}

}  // namespace

class WorkerCallTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(WorkerCallTest);
  CPPUNIT_TEST(quickEventsGoTogether);
  CPPUNIT_TEST(nothingWaitsForAHandlerThatIsNotKnown);
  CPPUNIT_TEST(aSlowEventIsTheLastOfItsCall);
  CPPUNIT_TEST(nothingFollowsAChangeOfTheCaller);
  CPPUNIT_TEST(aFailureAnswersNothingElse);
  CPPUNIT_TEST_SUITE_END();

 public:
  void quickEventsGoTogether() {
    Handler quick([](plugin::Reply&) {});
    CPPUNIT_ASSERT(comesToDo(3, {&quick, &quick, &quick}));
  }

  void nothingWaitsForAHandlerThatIsNotKnown() {
    Handler quick([](plugin::Reply&) {});
    Handler unknown([](plugin::Reply&) {});
    CPPUNIT_ASSERT(comesToDo(2, {&quick, &quick, &unknown}));
    auto call = callOf({&unknown, &unknown});
    call.run();
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, call.done);
  }

  void aSlowEventIsTheLastOfItsCall() {
    Handler slow([](plugin::Reply&) {
      const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(60);
      while (std::chrono::steady_clock::now() < end) {
      }
    });
    for (int i = 0; i < 20; ++i) {
      auto call = callOf({&slow, &slow});
      call.run();
      CPPUNIT_ASSERT_EQUAL(std::size_t{1}, call.done);
    }
  }

  void nothingFollowsAChangeOfTheCaller() {
    bool leaves = false;
    Handler handler([&](plugin::Reply& reply) {
      if (leaves) return reply.disconnect(false);
      reply.setIdentity(plugin::Identity{{"anna"}, "Anna", {}, {}});
    });
    for (int i = 0; i < 20; ++i) {
      auto call = callOf({&handler, &handler});
      leaves = i % 2 == 0;
      call.run();
      CPPUNIT_ASSERT_EQUAL(std::size_t{1}, call.done);
    }
  }

  void aFailureAnswersNothingElse() {
    Handler failing([](plugin::Reply& reply) {
      reply.setIdentity(std::nullopt);
      throw plugin::AppError(403, "no");
    });
    auto call = callOf({&failing});
    call.run();
    CPPUNIT_ASSERT(call.steps[0].failure.has_value());
    CPPUNIT_ASSERT(!call.steps[0].reply.changesCaller());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WorkerCallTest);

}  // namespace chat::gateway
