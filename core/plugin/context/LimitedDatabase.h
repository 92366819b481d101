#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "base/Clock.h"
#include "base/RequestStart.h"
#include "data/Database.h"
#include "exec/Semaphore.h"

namespace chat::plugin {

/// The server's database for one plugin that may hold only a limited number of sessions at a time. A call beyond that
/// waits for one of them, and throws data::Unavailable if it waits too long. Thread: as data::Database.
class LimitedDatabase final : public data::Database {
 public:
  LimitedDatabase(data::Database& database, std::string plugin, std::size_t sessions, base::Duration wait)
      : _database(database), _plugin(std::move(plugin)), _places(sessions), _wait(wait) {}

  data::Dialect dialect() const noexcept override { return _database.dialect(); }
  void read(const data::Work& work) override {
    const auto place = take();
    _database.read(work);
  }
  void transaction(const data::Work& work) override {
    const auto place = take();
    _database.transaction(work);
  }
  void commitTogether(const data::Work& work, std::function<void()> afterCommit) override {
    const auto place = take();
    _database.commitTogether(work, std::move(afterCommit));
  }
  void commitTogetherOwned(data::Work work, std::function<void()> afterCommit) override {
    const auto place = take();
    _database.commitTogetherOwned(std::move(work), std::move(afterCommit));
  }
  /// Takes none of the plugin's sessions.
  void commitBatched(std::shared_ptr<data::BatchWriter> writer, std::unique_ptr<data::BatchEntry> entry,
                     std::shared_ptr<void> owner) override {
    _database.commitBatched(std::move(writer), std::move(entry), std::move(owner));
  }
  void readSnapshot(const data::Work& work) override {
    const auto place = take();
    _database.readSnapshot(work);
  }

 private:
  exec::Semaphore::Place take() {
    auto place = _places.placeFor(base::RequestStart::left(_wait));
    if (!place) {
      throw data::Unavailable("plugin " + _plugin + " holds all of its " + std::to_string(_places.places()) +
                              " database sessions (plugin." + _plugin + ".sessions)");
    }
    return std::move(*place);
  }

  data::Database& _database;
  const std::string _plugin;
  exec::Semaphore _places;
  const base::Duration _wait;
};

}  // namespace chat::plugin
