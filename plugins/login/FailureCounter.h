#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>

#include "base/Clock.h"

namespace chat::login {

/// Counts failures by key and says how long a key has to wait: no wait for the first few failures, then doubling up to
/// a maximum. Failures expire one by one.
///
/// Thread: one at a time (AttemptLimiter holds the lock).
/// Limits: at most `capacity` keys; with more, the one with the oldest failure is removed.
class FailureCounter {
 public:
  struct Rule {
    unsigned failuresBeforeWait;  ///< the failure that causes the first wait
    std::chrono::seconds firstWait;
    std::chrono::seconds longestWait;
    std::chrono::seconds forgetOneAfter;
    std::size_t capacity;
  };

  explicit FailureCounter(const Rule& rule) : _rule(rule) {}

  /// How long the key still has to wait; may be zero.
  base::Duration wait(const std::string& key, base::TimePoint now) const;
  void fail(const std::string& key, base::TimePoint now);
  void clear(const std::string& key);
  std::size_t size() const noexcept { return _entries.size(); }

 private:
  struct Entry {
    std::string key;
    unsigned failures = 0;
    base::TimePoint last;
    base::TimePoint waitsUntil;
  };
  using Entries = std::list<Entry>;

  unsigned remembered(const Entry& entry, base::TimePoint now) const noexcept;
  base::Duration waitAfter(unsigned failures) const noexcept;

  Rule _rule;
  Entries _entries;  ///< least recent failure first
  std::unordered_map<std::string, Entries::iterator> _byKey;
};

}  // namespace chat::login
