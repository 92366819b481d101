#include <cppunit/extensions/HelperMacros.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "net/SendRing.h"

namespace chat::net {
namespace {

struct Pair {
  Pair() { CPPUNIT_ASSERT_EQUAL(0, ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data())); }
  ~Pair() {
    for (const int end : ends) ::close(end);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  std::string read() const {
    std::array<char, 256> buffer{};
    const auto count = ::recv(ends[1], buffer.data(), buffer.size(), 0);
    return {buffer.data(), static_cast<std::size_t>(count < 0 ? 0 : count)};
  }

  std::array<int, 2> ends{};
};

iovec pieceOf(std::string_view text) {
  return {const_cast<char*>(text.data()), text.size()};
}

}  // namespace

class SendRingTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SendRingTest);
  CPPUNIT_TEST(everySendHasItsResult);
  CPPUNIT_TEST(unitsBeyondTheLimitAreRefusedAtOnce);
  CPPUNIT_TEST(canBeFilledAgainAndAgain);
  CPPUNIT_TEST_SUITE_END();

  /// Null if this machine has no io_uring, as in many containers; then errno must say so.
  static std::unique_ptr<SendRing> ring() {
    auto made = SendRing::create();
    if (!made) CPPUNIT_ASSERT(errno == ENOSYS || errno == EPERM || errno == EACCES);
    return made;
  }

 public:
  void everySendHasItsResult() {
    const auto sends = ring();
    if (!sends) return;
    const Pair good;
    const Pair gone;
    ::close(gone.ends[1]);
    const std::array pieces{pieceOf("one "), pieceOf("two "), pieceOf("three")};
    const auto single = pieceOf("alone");
    sends->add(good.ends[0], pieces);
    sends->add(gone.ends[0], std::span(&single, 1));
    sends->add(good.ends[0], std::span(&single, 1));
    const auto results = sends->submit();
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, results.size());
    CPPUNIT_ASSERT_EQUAL(ssize_t{13}, results[0]);
    CPPUNIT_ASSERT_EQUAL(ssize_t{-EPIPE}, results[1]);
    CPPUNIT_ASSERT_EQUAL(ssize_t{5}, results[2]);
    CPPUNIT_ASSERT_EQUAL(std::string("one two threealone"), good.read());
    CPPUNIT_ASSERT(!sends->broken());
  }

  void unitsBeyondTheLimitAreRefusedAtOnce() {
    const auto sends = ring();
    if (!sends) return;
    const Pair full;
    const std::string much(8U << 20, 'x');
    while (::send(full.ends[0], much.data(), much.size(), MSG_DONTWAIT) > 0) continue;
    const auto piece = pieceOf("more");
    sends->add(full.ends[0], std::span(&piece, 1));
    CPPUNIT_ASSERT_EQUAL(ssize_t{-EAGAIN}, sends->submit()[0]);
  }

  void canBeFilledAgainAndAgain() {
    const auto sends = ring();
    if (!sends) return;
    const Pair pair;
    const auto piece = pieceOf("x");
    for (int round = 0; round < 10; ++round) {
      for (std::size_t i = 0; i < SendRing::Capacity; ++i) sends->add(pair.ends[0], std::span(&piece, 1));
      for (const auto result : sends->submit()) CPPUNIT_ASSERT_EQUAL(ssize_t{1}, result);
      CPPUNIT_ASSERT_EQUAL(std::string(SendRing::Capacity, 'x'), pair.read());
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SendRingTest);

}  // namespace chat::net
