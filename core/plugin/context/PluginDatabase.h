#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "data/Database.h"
#include "plugin/call/CallGate.h"

namespace chat::plugin {

/// The database of one generation of a plugin. Work that may outlast the call that brought it counts as a call inside
/// the plugin, so that the plugin isn't unloaded before the database has let go of that work. Thread: as
/// data::Database.
class PluginDatabase final : public data::Database {
 public:
  PluginDatabase(data::Database& database, CallGate& gate) : _database(database), _gate(gate) {}

  data::Dialect dialect() const noexcept override { return _database.dialect(); }
  void read(const data::Work& work) override { _database.read(work); }
  void transaction(const data::Work& work) override { _database.transaction(work); }
  void commitTogether(const data::Work& work, std::function<void()> afterCommit) override {
    _database.commitTogether(work, std::move(afterCommit));
  }
  void commitTogetherOwned(data::Work work, std::function<void()> afterCommit) override {
    const auto owned =
        std::make_shared<const OwnedWork>(OwnedWork{_gate.enterAgain(), std::move(work), std::move(afterCommit)});
    if (!owned->guard) throw data::Unavailable("the plugin has ended");
    _database.commitTogetherOwned([owned](Poco::Data::Session& session) { owned->work(session); },
                                  [owned] {
                                    if (owned->afterCommit) owned->afterCommit();
                                  });
  }
  void commitBatched(std::shared_ptr<data::BatchWriter> writer, std::unique_ptr<data::BatchEntry> entry,
                     std::shared_ptr<void>) override {
    auto guard = std::make_shared<CallGuard>(_gate.enterAgain());
    if (!*guard) throw data::Unavailable("the plugin has ended");
    _database.commitBatched(std::move(writer), std::move(entry), std::move(guard));
  }
  void readSnapshot(const data::Work& work) override { _database.readSnapshot(work); }

 private:
  struct OwnedWork {
    CallGuard guard;  // first, so that it leaves the gate after the plugin's functions are destroyed
    data::Work work;
    std::function<void()> afterCommit;
  };

  data::Database& _database;
  CallGate& _gate;
};

}  // namespace chat::plugin
