#include <cppunit/extensions/HelperMacros.h>

#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "net/Loop.h"
#include "net/LoopGroup.h"

namespace chat::net {

class LoopTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(LoopTest);
  CPPUNIT_TEST(postedTasksRunInOrderOnTheLoop);
  CPPUNIT_TEST(aTaskMayPostAndDefer);
  CPPUNIT_TEST(timersRun);
  CPPUNIT_TEST(stopRunsWhatWasPostedAndDropsWhatComesLater);
  CPPUNIT_TEST(everyLoopIsReached);
  CPPUNIT_TEST_SUITE_END();

 public:
  void postedTasksRunInOrderOnTheLoop() {
    LoopGroup loops(1, {});
    loops.start();
    auto& loop = loops.at(0);
    std::vector<int> order;
    std::promise<bool> done;
    for (int i = 0; i < 1000; ++i) loop.post([&order, i] { order.push_back(i); });
    loop.post([&] { done.set_value(loop.here()); });
    CPPUNIT_ASSERT(done.get_future().get());
    CPPUNIT_ASSERT(!loop.here());
    for (int i = 0; i < 1000; ++i) CPPUNIT_ASSERT_EQUAL(i, order[static_cast<std::size_t>(i)]);
  }

  void aTaskMayPostAndDefer() {
    LoopGroup loops(1, {});
    loops.start();
    auto& loop = loops.at(0);
    std::promise<std::vector<int>> done;
    auto order = std::make_shared<std::vector<int>>();
    loop.post([&loop, &done, order] {
      loop.post([&done, order] {
        order->push_back(3);
        done.set_value(*order);
      });
      loop.defer([&loop, order] {
        order->push_back(1);
        loop.defer([order] { order->push_back(2); });
      });
    });
    CPPUNIT_ASSERT((std::vector<int>{1, 2, 3}) == done.get_future().get());
  }

  void timersRun() {
    struct Alarm {
      std::promise<void> rang;
      Timer timer{[](void* self) { static_cast<Alarm*>(self)->rang.set_value(); }, this};
    };
    Alarm alarm;
    LoopGroup loops(1, {});
    loops.start();
    loops.at(0).post([&] { loops.at(0).arm(alarm.timer, base::Duration{20}); });
    alarm.rang.get_future().get();
  }

  void stopRunsWhatWasPostedAndDropsWhatComesLater() {
    LoopGroup loops(1, {});
    auto& loop = loops.at(0);
    int ran = 0;
    loop.post([&ran] { ++ran; });
    loops.start();
    loops.stop();
    CPPUNIT_ASSERT_EQUAL(1, ran);
    auto owned = std::make_shared<int>(1);
    loop.post([owned] {});
    CPPUNIT_ASSERT_EQUAL(1L, owned.use_count());
  }

  void everyLoopIsReached() {
    LoopGroup loops(3, {});
    loops.start();
    std::atomic<unsigned> seen{0};
    loops.onEach([&](Loop& loop) {
      CPPUNIT_ASSERT(loop.here());
      seen += 1U << loop.index();
    });
    CPPUNIT_ASSERT_EQUAL(7U, seen.load());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LoopTest);

}  // namespace chat::net
