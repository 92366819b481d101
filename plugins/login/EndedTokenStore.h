#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/Database.h"
#include "support/Date.h"

namespace chat::login {

/// An ended token, as the servers that use the database report it to each other.
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
  /// The tokens with ids above `id`, in order, at most `most`.
  std::vector<EndedToken> after(std::uint64_t id, std::size_t most);
  /// The tokens with these ids that exist.
  std::vector<EndedToken> among(std::span<const std::uint64_t> ids);
  /// Removes a limited number of tokens that ended before.
  void removeBefore(support::Millis time);

 private:
  data::Database& _database;
};

}  // namespace chat::login
