#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/Database.h"
#include "support/Date.h"

namespace chat::login {

/// A token that holds no more, as the servers on the database tell each other.
struct EndedToken {
  std::uint64_t id = 0;  ///< grows, but may become visible out of order
  std::string hash;
  std::string reason;
};

/// The table `ended_token`; TokenStore writes it. Thread: any that may block.
class EndedTokenStore {
 public:
  explicit EndedTokenStore(data::Database& database) : _database(database) {}

  std::uint64_t lastId();
  /// Those above `id`, in order, at most `most`.
  std::vector<EndedToken> after(std::uint64_t id, std::size_t most);
  /// Of these ids those that are there.
  std::vector<EndedToken> among(std::span<const std::uint64_t> ids);
  /// Removes a bounded number of those that ended before.
  void removeBefore(support::Millis time);

 private:
  data::Database& _database;
};

}  // namespace chat::login
