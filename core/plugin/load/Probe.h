#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace chat::plugin {

/// Tries a plugin's file in a process of its own, before this one maps it: code that runs at loading (static
/// constructors) and crashes, ends or hangs takes that process along and not the server.
///
/// Thread: any that may block.
class Probe {
 public:
  /// `program`: what is run with `--check-plugin FILE` (this server's own program, as a rule); empty: nothing is tried.
  Probe(std::filesystem::path program, std::chrono::milliseconds limit) : _program(std::move(program)), _limit(limit) {}

  /// Throws Refused, with the reason, where the file can't be loaded there. `file`: a complete, checked, private copy.
  void check(const std::filesystem::path& file) const;

 private:
  const std::filesystem::path _program;
  const std::chrono::milliseconds _limit;
};

/// The other side: checks the file as the server would, maps it and creates its class. Gives a line for people.
/// Throws Refused. In a process that may crash.
std::string checkPlugin(const std::filesystem::path& file);

}  // namespace chat::plugin
