#pragma once

#include "base/Clock.h"
#include "data/Database.h"
#include "plugin/api/TimerHandler.h"
#include "support/SearchProgress.h"

namespace chat::msgsearch {

/// Makes the messages of before the search index ready for it, the newest first, some at a time, so that writers wait
/// for it only for milliseconds. Several servers may do so at once.
class Backfill final : public plugin::TimerHandler {
 public:
  Backfill(data::Database& database, const base::Clock& clock)
      : _database(database), _clock(clock), _progress(database) {}

  void run() override;
  bool isDone() const noexcept { return _isDone; }

  /// The previous version of the plugin that writes messages may go on for so long beside this one.
  static constexpr support::Millis Settling = 60'000;

 private:
  void goOn();
  void makeSomeReady(Poco::Data::Session& session);

  data::Database& _database;
  const base::Clock& _clock;
  support::SearchProgress _progress;
  bool _isDone = false;
};

}  // namespace chat::msgsearch
