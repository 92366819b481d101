#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/Clock.h"
#include "msgsearch/OneAtATime.h"
#include "msgsearch/SearchStore.h"
#include "plugin/api/EventHandler.h"

namespace chat::support {
class Document;
}

namespace chat::msgsearch {

/// Event `msgsearch`: pages through the messages between the asking user and another one, or through those that a
/// search finds among them or among all of the user's own.
class MsgSearchHandler final : public plugin::EventHandler {
 public:
  struct Settings {
    base::Duration time{100};
    std::size_t searchCharacters = 1024;
  };

  MsgSearchHandler(data::Database& database, const base::Clock& clock, const Settings& settings)
      : _database(database), _clock(clock), _settings(settings), _store(database) {}

  void handle(const plugin::Request& request, plugin::Reply& reply) override;

 private:
  struct Paging;

  /// The other user's account; may be the asker's own. Nothing: all of the asker's messages.
  using Peer = std::optional<std::uint64_t>;

  Peer peerOf(const support::Document& document, const plugin::Identity& asker, const Paging& paging);
  Search searchOf(const plugin::Identity& asker, Peer peer, const Paging& paging);
  std::uint64_t accountNamed(std::string_view name, const plugin::Identity& asker);
  SearchStore::Page allMessages(const plugin::Identity& asker, std::uint64_t peer, const Paging& paging,
                                const Deadline& deadline);
  SearchStore::Page foundMessages(const plugin::Identity& asker, Peer peer, const Paging& paging,
                                  const Deadline& deadline);

  data::Database& _database;
  const base::Clock& _clock;
  const Settings _settings;
  SearchStore _store;
  OneAtATime _searching;
};

}  // namespace chat::msgsearch
