#pragma once

#include <Poco/Util/OptionSet.h>

#include <string>
#include <vector>

namespace chat::app {

/// The parts of the command line: the server's own options, at any place, and the words of a plugin's command: its
/// name, which is the first word that is not an option, and what follows, including the command's own options.
struct CommandLine {
  std::vector<std::string> own;    ///< unchanged, the program first
  std::vector<std::string> words;  ///< empty if there is no command

  /// `arguments` with the program first. Unknown options stay in `own` and are refused later.
  static CommandLine split(const std::vector<std::string>& arguments, const Poco::Util::OptionSet& options);
};

}  // namespace chat::app
