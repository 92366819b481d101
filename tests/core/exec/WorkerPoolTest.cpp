#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "exec/WorkerPool.h"

using chat::base::Task;
using chat::exec::WorkerPool;
using namespace std::chrono_literals;

class WorkerPoolTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(WorkerPoolTest);
  CPPUNIT_TEST(runsInOrderOnOneThread);
  CPPUNIT_TEST(threadsAreThereFromTheStart);
  CPPUNIT_TEST(severalMaySubmitBeforeOneIsNotified);
  CPPUNIT_TEST(refusesWhenFull);
  CPPUNIT_TEST(refusedTaskStaysUsable);
  CPPUNIT_TEST(stopRunsWhatWaits);
  CPPUNIT_TEST(drainHasADeadline);
  CPPUNIT_TEST(tasksMayOwn);
  CPPUNIT_TEST(stuckThreadsHaveSubstitutes);
  CPPUNIT_TEST_SUITE_END();

  void runsInOrderOnOneThread() {
    WorkerPool pool({.name = "order", .threads = 1, .queueLimit = 100});
    std::vector<int> seen;
    for (int i = 0; i < 100; ++i) CPPUNIT_ASSERT(pool.trySubmit([&seen, i] { seen.push_back(i); }));
    CPPUNIT_ASSERT(pool.drain(10s));
    CPPUNIT_ASSERT_EQUAL(std::size_t{100}, seen.size());
    for (int i = 0; i < 100; ++i) CPPUNIT_ASSERT_EQUAL(i, seen[static_cast<std::size_t>(i)]);
  }

  void threadsAreThereFromTheStart() {
    WorkerPool pool({.name = "eager", .threads = 3, .queueLimit = 10});
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, pool.threads());
    std::promise<void> hold;
    auto held = hold.get_future().share();
    for (std::size_t i = 1; i <= 3; ++i) {
      std::promise<void> begun;
      CPPUNIT_ASSERT(pool.trySubmit([&begun, held] {
        begun.set_value();
        held.wait();
      }));
      begun.get_future().wait();
      CPPUNIT_ASSERT_EQUAL(i, pool.running());
    }
    CPPUNIT_ASSERT(pool.trySubmit([] {}));
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, pool.threads());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, pool.queued());
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, pool.running());
    hold.set_value();
    CPPUNIT_ASSERT(pool.drain(10s));
    CPPUNIT_ASSERT(pool.trySubmit([] {}));
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, pool.threads());
  }

  void severalMaySubmitBeforeOneIsNotified() {
    WorkerPool pool({.name = "burst", .threads = 3, .queueLimit = 100});
    std::promise<void> hold;
    auto held = hold.get_future().share();
    std::atomic<int> begun{0};
    for (int i = 0; i < 3; ++i) {
      CPPUNIT_ASSERT(pool.trySubmit(
          [&begun, held] {
            ++begun;
            held.wait();
          },
          WorkerPool::Notify::Later));
    }
    pool.notify();
    // Each task needs a thread of its own, so the first woken thread must have woken the others.
    while (begun < 3) std::this_thread::yield();
    hold.set_value();
    CPPUNIT_ASSERT(pool.drain(10s));
  }

  void refusesWhenFull() {
    WorkerPool pool({.name = "full", .threads = 1, .queueLimit = 2});
    std::promise<void> hold;
    std::promise<void> begun;
    auto held = hold.get_future().share();
    CPPUNIT_ASSERT(pool.trySubmit([&begun, held] {
      begun.set_value();
      held.wait();
    }));
    begun.get_future().wait();
    CPPUNIT_ASSERT(pool.trySubmit([] {}));
    CPPUNIT_ASSERT(pool.trySubmit([] {}));
    CPPUNIT_ASSERT(!pool.trySubmit([] {}));
    hold.set_value();
    CPPUNIT_ASSERT(pool.drain(10s));
    CPPUNIT_ASSERT(pool.trySubmit([] {}));
  }

  void refusedTaskStaysUsable() {
    WorkerPool pool({.name = "stopped", .threads = 1, .queueLimit = 1});
    pool.stop();
    bool ran = false;
    Task task = [&ran] { ran = true; };
    CPPUNIT_ASSERT(!pool.trySubmit(std::move(task)));
    task();
    CPPUNIT_ASSERT(ran);
  }

  void stopRunsWhatWaits() {
    std::atomic<int> ran = 0;
    {
      WorkerPool pool({.name = "stop", .threads = 2, .queueLimit = 100});
      for (int i = 0; i < 50; ++i) CPPUNIT_ASSERT(pool.trySubmit([&ran] { ++ran; }));
    }
    CPPUNIT_ASSERT_EQUAL(50, ran.load());
  }

  void drainHasADeadline() {
    WorkerPool pool({.name = "drain", .threads = 1, .queueLimit = 1});
    std::promise<void> hold;
    auto held = hold.get_future().share();
    CPPUNIT_ASSERT(pool.trySubmit([held] { held.wait(); }));
    CPPUNIT_ASSERT(!pool.drain(1ms));
    hold.set_value();
    CPPUNIT_ASSERT(pool.drain(10s));
  }

  void tasksMayOwn() {
    WorkerPool pool({.name = "own", .threads = 1, .queueLimit = 1});
    int seen = 0;
    CPPUNIT_ASSERT(pool.trySubmit([&seen, owned = std::make_unique<int>(7)] { seen = *owned; }));
    CPPUNIT_ASSERT(pool.drain(10s));
    CPPUNIT_ASSERT_EQUAL(7, seen);
  }

  void stuckThreadsHaveSubstitutes() {
    WorkerPool pool({.name = "stuck", .threads = 1, .queueLimit = 10});
    std::promise<void> release;
    std::promise<void> running;
    std::promise<void> ran;
    std::promise<void> again;
    CPPUNIT_ASSERT(pool.trySubmit([&running, released = release.get_future().share()] {
      running.set_value();
      released.wait();
    }));
    running.get_future().wait();
    CPPUNIT_ASSERT(pool.trySubmit([&ran] { ran.set_value(); }));
    CPPUNIT_ASSERT(pool.replaceStuck());
    ran.get_future().wait();
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, pool.threads());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, pool.stuck());
    CPPUNIT_ASSERT_MESSAGE("no more than the pool has threads", !pool.replaceStuck());
    release.set_value();
    pool.stuckReturned();
    while (pool.threads() > 1) std::this_thread::yield();
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, pool.stuck());
    CPPUNIT_ASSERT(pool.trySubmit([&again] { again.set_value(); }));
    again.get_future().wait();
    CPPUNIT_ASSERT(pool.replaceStuck());
    pool.stuckReturned();
    pool.stop();
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(WorkerPoolTest);
