#include <cppunit/extensions/HelperMacros.h>

#include <array>
#include <string>

#include "net/SendQueue.h"

namespace chat::net {
namespace {

std::string content(const SendQueue& queue) {
  std::array<iovec, 64> iov{};
  std::string all;
  const auto count = queue.gather(iov);
  for (std::size_t i = 0; i < count; ++i) all.append(static_cast<const char*>(iov[i].iov_base), iov[i].iov_len);
  return all;
}

void append(SendQueue& queue, std::string_view text) {
  queue.append(std::span(&text, 1));
}

}  // namespace

class SendQueueTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SendQueueTest);
  CPPUNIT_TEST(keepsOrderOfOwnAndSharedBytes);
  CPPUNIT_TEST(consumedAtEveryByte);
  CPPUNIT_TEST(smallPiecesShareABuffer);
  CPPUNIT_TEST(prependComesFirst);
  CPPUNIT_TEST(bytesAddedAfterAPartialSendComeLast);
  CPPUNIT_TEST_SUITE_END();

 public:
  void keepsOrderOfOwnAndSharedBytes() {
    SendQueue queue;
    append(queue, "one ");
    queue.append(base::BufferSlice(base::SharedBuffer::copyOf("two ")));
    append(queue, "three ");
    append(queue, "four");
    CPPUNIT_ASSERT_EQUAL(std::string("one two three four"), content(queue));
    CPPUNIT_ASSERT_EQUAL(std::size_t{18}, queue.bytes());
  }

  void consumedAtEveryByte() {
    const std::string whole = "one two three four";
    for (std::size_t first = 0; first <= whole.size(); ++first) {
      SendQueue queue;
      queue.append(base::BufferSlice(base::SharedBuffer::copyOf("one ")));
      append(queue, "two ");
      queue.append(base::BufferSlice(base::SharedBuffer::copyOf("three ")));
      append(queue, "four");
      queue.consume(first);
      CPPUNIT_ASSERT_EQUAL(whole.substr(first), content(queue));
      queue.consume(whole.size() - first);
      CPPUNIT_ASSERT(queue.empty());
      append(queue, "again");
      CPPUNIT_ASSERT_EQUAL(std::string("again"), content(queue));
    }
  }

  void smallPiecesShareABuffer() {
    SendQueue queue;
    for (int i = 0; i < 10; ++i) append(queue, "0123456789");
    std::array<iovec, 64> iov{};
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, queue.gather(iov));
  }

  void prependComesFirst() {
    SendQueue queue;
    queue.prepend("a");
    append(queue, "c");
    queue.prepend("b");
    CPPUNIT_ASSERT_EQUAL(std::string("bac"), content(queue));
  }

  void bytesAddedAfterAPartialSendComeLast() {
    const std::string whole = "one two three";
    for (std::size_t left = 0; left <= whole.size(); ++left) {
      for (const bool shared : {true, false}) {
        SendQueue queue;
        for (const auto* text : {"one ", "two ", "three"}) {
          queue.append(base::BufferSlice(base::SharedBuffer::copyOf(text)));
        }
        queue.consume(left);
        if (shared) {
          queue.append(base::BufferSlice(base::SharedBuffer::copyOf(" four")));
        } else {
          append(queue, " four");
        }
        append(queue, " five");
        queue.prepend("<");
        CPPUNIT_ASSERT_EQUAL('<' + whole.substr(left) + " four five", content(queue));
      }
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SendQueueTest);

}  // namespace chat::net
