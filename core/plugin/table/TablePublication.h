#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

#include "plugin/table/HandlerTable.h"

namespace chat::plugin {

/// Holds the current handler table, which is replaced while events are handled.
///
/// A thread that reads it often keeps a Reader, whose `current()` is one atomic load as long as nothing new was
/// published. A Reader may keep an outdated table alive, and with it retired plugins, whose gates are then closed.
/// Thread: any. A Reader belongs to one thread and must not outlive the publication.
class TablePublication {
 public:
  void publish(std::shared_ptr<const HandlerTable> table) {
    {
      const std::lock_guard lock(_mutex);
      _table.swap(table);
      _showsOutgoing.store(!_table->outgoings().empty(), std::memory_order_relaxed);
      _version.fetch_add(1, std::memory_order_release);
    }
    // The outdated table is freed here, outside the lock.
  }

  /// Whether the current table has an OutgoingHandler. One atomic load, for each emit.
  bool showsOutgoing() const noexcept { return _showsOutgoing.load(std::memory_order_relaxed); }

  /// Never null.
  std::shared_ptr<const HandlerTable> current() const {
    const std::lock_guard lock(_mutex);
    return _table;
  }

  class Reader {
   public:
    explicit Reader(const TablePublication& publication) : _publication(publication) {}

    /// Valid until the next call.
    const HandlerTable& current() { return *shared(); }
    /// Valid as long as it is held.
    const std::shared_ptr<const HandlerTable>& shared() {
      const auto version = _publication._version.load(std::memory_order_acquire);
      if (version != _version || !_table) {
        _table = _publication
                     .current();  // of this version or a later one; if it is a later one, it is fetched again next time
        _version = version;
      }
      return _table;
    }

   private:
    const TablePublication& _publication;
    std::shared_ptr<const HandlerTable> _table;
    std::uint64_t _version = 0;
  };

 private:
  mutable std::mutex _mutex;
  std::shared_ptr<const HandlerTable> _table = std::make_shared<const HandlerTable>();
  std::atomic<std::uint64_t> _version{0};
  std::atomic<bool> _showsOutgoing{false};
};

}  // namespace chat::plugin
