#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <string>

namespace chat::app {

// The command line's side of `--rescan`: makes a running server look at its plugin folder and its plugins' settings.

/// Asks at the operations port, waits until the look is done, and writes a line for each file. False, with the reason
/// on `errors`, if there is no answer, the settings were not taken, or a file was refused. Blocks, a minute at most.
bool rescanAt(const std::string& address, std::uint16_t port, std::ostream& out, std::ostream& errors);

/// Sends SIGHUP to the process whose number is in the file; the result is in that server's log. False, with the reason
/// on `errors`, if there is no such process.
bool rescanByPidFile(const std::filesystem::path& file, std::ostream& out, std::ostream& errors);

}  // namespace chat::app
