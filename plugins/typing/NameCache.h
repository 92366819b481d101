#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>

namespace chat::typing {

/// Maps names to accounts, for handlers on the loops, which can't query the database. Accounts are never renamed, so
/// entries stay valid; a full cache is cleared.
///
/// Thread: any. `find()` never waits: while another thread writes, it finds nothing.
class NameCache {
 public:
  explicit NameCache(std::size_t capacity = 65'536) : _capacity(capacity) {}

  /// `key`: support::accountKey() of the name.
  std::optional<std::uint64_t> find(const std::string& key) const;
  void add(const std::string& key, std::uint64_t accountId);

 private:
  const std::size_t _capacity;
  mutable std::shared_mutex _mutex;
  std::unordered_map<std::string, std::uint64_t> _ids;
};

}  // namespace chat::typing
