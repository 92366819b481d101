#include "support/CommandWords.h"

#include <Poco/Exception.h>
#include <Poco/Util/Option.h>
#include <Poco/Util/OptionProcessor.h>
#include <Poco/Util/OptionSet.h>

#include "plugin/api/AppError.h"

namespace chat::support {

CommandWords::CommandWords(std::span<const std::string_view> words, std::initializer_list<std::string_view> options,
                           std::string_view usage)
    : _usage(usage) {
  Poco::Util::OptionSet known;
  for (const std::string_view option : options) {
    const auto sign = option.find('=');
    Poco::Util::Option one(std::string(option.substr(0, sign)), "");
    if (sign != std::string_view::npos) one.argument(std::string(option.substr(sign + 1)));
    known.addOption(one);
  }
  Poco::Util::OptionProcessor processor(known);
  processor.setUnixStyle(true);
  try {
    for (const std::string_view word : words) {
      std::string option;
      std::string value;
      if (!processor.process(std::string(word), option, value)) {
        _plain.emplace_back(word);
      } else if (!option.empty()) {
        _options[option] = value;
      }
    }
    processor.checkRequired();
  } catch (const Poco::Exception& fault) {
    refuse(fault.displayText());
  }
}

std::optional<std::string> CommandWords::value(const std::string& option) const {
  const auto found = _options.find(option);
  return found == _options.end() ? std::nullopt : std::optional(found->second);
}

const std::string& CommandWords::only(std::string_view what) const {
  if (_plain.empty()) refuse(std::string(what) + " is missing");
  if (_plain.size() > 1) refuse("there are too many words");
  return _plain.front();
}

void CommandWords::requireNone() const {
  if (!_plain.empty()) refuse("there are too many words");
}

void CommandWords::refuse(const std::string& why) const {
  throw plugin::AppError(400, why + "\n" + std::string(_usage));
}

}  // namespace chat::support
