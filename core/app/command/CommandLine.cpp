#include "app/command/CommandLine.h"

#include <Poco/Util/OptionException.h>
#include <Poco/Util/OptionProcessor.h>

namespace chat::app {

CommandLine CommandLine::split(const std::vector<std::string>& arguments, const Poco::Util::OptionSet& options) {
  CommandLine line;
  Poco::Util::OptionProcessor processor(options);
  processor.setUnixStyle(true);
  for (const auto& argument : arguments) {
    if (line.own.empty()) {
      line.own.push_back(argument);
      continue;
    }
    std::string option;
    std::string value;
    bool isOwn = true;
    try {
      isOwn = processor.process(argument, option, value);
    } catch (const Poco::Util::UnknownOptionException&) {
      isOwn = line.words.empty();
    } catch (const Poco::Util::OptionException&) {
      isOwn = true;  // a bad option is reported where the options are handled
    }
    (isOwn ? line.own : line.words).push_back(argument);
  }
  return line;
}

}  // namespace chat::app
