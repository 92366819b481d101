#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <thread>

#include "exec/Semaphore.h"

using chat::exec::Semaphore;
using namespace std::chrono_literals;

class SemaphoreTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SemaphoreTest);
  CPPUNIT_TEST(takesAndGivesBack);
  CPPUNIT_TEST(givesUpAtTheDeadline);
  CPPUNIT_TEST(wakesAWaitingThread);
  CPPUNIT_TEST(placeIsGivenBackOnce);
  CPPUNIT_TEST_SUITE_END();

  void placeIsGivenBackOnce() {
    Semaphore places(1);
    {
      auto place = places.placeFor(0ms);
      CPPUNIT_ASSERT(place);
      const Semaphore::Place moved = std::move(*place);
      CPPUNIT_ASSERT(!places.placeFor(0ms));
    }
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, places.taken());
  }

  void takesAndGivesBack() {
    Semaphore places(2);
    CPPUNIT_ASSERT(places.tryAcquire() && places.tryAcquire());
    CPPUNIT_ASSERT(!places.tryAcquire());
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, places.taken());
    places.release();
    CPPUNIT_ASSERT(places.tryAcquire());
  }

  void givesUpAtTheDeadline() {
    Semaphore places(0);
    const auto before = std::chrono::steady_clock::now();
    CPPUNIT_ASSERT(!places.acquireFor(20ms));
    CPPUNIT_ASSERT(std::chrono::steady_clock::now() - before >= 20ms);
  }

  void wakesAWaitingThread() {
    Semaphore places(1);
    CPPUNIT_ASSERT(places.tryAcquire());
    std::thread other([&] { places.release(); });
    CPPUNIT_ASSERT(places.acquireFor(10s));
    other.join();
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SemaphoreTest);
