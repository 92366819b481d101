#pragma once

#include <memory>
#include <string>

#include "msgsearch/MsgSearchHandler.h"
#include "plugins/support/ChatFixture.h"
#include "plugins/support/MessagesWithFeed.h"

namespace chat::test {

/// A clock on which each look takes some time, for what ends when a time is over.
class TickingClock final : public base::Clock {
 public:
  base::TimePoint now() const noexcept override { return base::TimePoint(_now += tick); }
  std::chrono::system_clock::time_point wallTime() const noexcept override { return {}; }

  base::Duration tick{0};

 private:
  mutable base::Duration _now{1'000'000};
};

/// Three users who write to each other, and a search.
class SearchFixture : public ChatFixture {
 public:
  void setUp() override;
  void tearDown() override;

 protected:
  /// Returns the message's id. Each is a minute later than the one before.
  std::string send(FakeSocket& from, const std::string& to, const std::string& text,
                   const std::string& attributes = "{}");
  /// `meta.search` over all of Ann's messages; `more` are other members of meta: `"rows":2`.
  Answer search(const std::string& text, const std::string& more = "");
  /// `meta` as it is, over the messages of Ann and another one.
  Answer searchWith(const std::string& peer, const std::string& meta);
  /// The texts that are found, e.g. `c,b,a`.
  static std::string texts(const Answer& answer);
  std::string found(const std::string& text) { return texts(search(text)); }

  /// Makes the handlers anew: with another time for a search.
  void limitTime(base::Duration time);
  /// That many messages of Ann to Bob, added as the messages plugin would: the oldest is `needle`, the others are
  /// `hay`.
  void addMany(unsigned count);
  std::uint64_t conversationOf(std::uint64_t oneId, std::uint64_t otherId);
  /// As a server without the search index had stored the messages so far.
  void forgetIndex();

  FakeSocket ann;
  FakeSocket bob;
  FakeSocket carl;
  TickingClock searchClock;
  std::unique_ptr<MessagesWithFeed> messages;
  std::unique_ptr<msgsearch::MsgSearchHandler> handler;
};

}  // namespace chat::test
