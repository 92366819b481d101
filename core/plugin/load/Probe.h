#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace chat::plugin {

/// Loads a plugin's file in a process of its own, before the server maps it. If code that runs at loading (static
/// constructors) crashes, exits or hangs, it is that process which ends, not the server.
///
/// Thread: any that may block.
class Probe {
 public:
  /// `program`: is run with `--check-plugin=FILE`; usually the server's own program. If it is empty, nothing is tried.
  /// `limit`: how long that may take.
  Probe(std::filesystem::path program, std::chrono::milliseconds limit) : _program(std::move(program)), _limit(limit) {}

  /// Throws Refused with the reason if the file can't be loaded there. `file`: a complete, checked, private copy.
  void check(const std::filesystem::path& file) const;

 private:
  const std::filesystem::path _program;
  const std::chrono::milliseconds _limit;
};

/// What the other process does: checks the file as the server would, maps it and creates its class. Gives a line that
/// describes the plugin. Throws Refused. To be called in a process that may crash.
std::string checkPlugin(const std::filesystem::path& file);

}  // namespace chat::plugin
