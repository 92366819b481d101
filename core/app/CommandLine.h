#pragma once

#include <Poco/Util/OptionSet.h>

#include <string>
#include <vector>

namespace chat::app {

/// The command line taken apart: the server's own options, wherever they stand, and the words of a plugin's command:
/// its name, which is the first word that is no option, and what follows, options of its own among them.
struct CommandLine {
  std::vector<std::string> own;    ///< as they stand, the program first
  std::vector<std::string> words;  ///< none where there is no command

  /// `arguments` with the program first. What belongs to nobody stays among `own`, where it will be refused.
  static CommandLine split(const std::vector<std::string>& arguments, const Poco::Util::OptionSet& options);
};

}  // namespace chat::app
