#pragma once

#include <Poco/Formatter.h>
#include <Poco/Message.h>

#include <string>

namespace chat::app {

/// A message as one line of the log: `2026-11-22T15:04:05.123Z information app serving url=…`, or the same as a JSON
/// object. Control characters are escaped, so that a client's text can't begin a new line.
/// Thread: any.
class LogFormatter final : public Poco::Formatter {
 public:
  enum class Style { Text, Json };
  explicit LogFormatter(Style style) : _style(style) {}
  void format(const Poco::Message& message, std::string& text) override;

 private:
  const Style _style;
};

}  // namespace chat::app
