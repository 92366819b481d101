#pragma once

namespace chat::plugin {

/// Where a handler runs.
enum class Execution {
  Worker,  ///< on the plugin's own bounded pool: may block, may use the database
  Inline,  ///< on the socket's loop: must never block, lock or wait; for microseconds of work
};

}  // namespace chat::plugin
