#include "app/log/Logging.h"

#include <Poco/AutoPtr.h>
#include <Poco/ConsoleChannel.h>
#include <Poco/Exception.h>
#include <Poco/FormattingChannel.h>
#include <Poco/Logger.h>
#include <Poco/SimpleFileChannel.h>

#include <iostream>

#include "app/log/CauseChannel.h"
#include "app/log/LogFormatter.h"
#include "app/log/LossyChannel.h"
#include "app/settings/Configuration.h"

namespace chat::app {
namespace {

Poco::AutoPtr<Poco::Channel> output(const std::string& name) {
  if (name == "stdout") return new Poco::ConsoleChannel(std::cout);
  if (name == "stderr") return new Poco::ConsoleChannel(std::cerr);
  return new Poco::SimpleFileChannel(name);
}

}  // namespace

void startLogging(const Settings::Logging& settings) {
  const auto style = settings.format == "json" ? LogFormatter::Style::Json : LogFormatter::Style::Text;
  Poco::AutoPtr<Poco::Formatter> formatter(new LogFormatter(style));
  Poco::AutoPtr<Poco::Channel> lines(
      new LossyChannel(Poco::AutoPtr<Poco::Channel>(new Poco::FormattingChannel(formatter, output(settings.output)))));
  Poco::AutoPtr<Poco::Channel> channel(new CauseChannel(lines));
  try {
    channel->open();
  } catch (const Poco::Exception& fault) {
    throw ConfigurationError("logging.output is '" + settings.output +
                             "', but it can't be opened: " + fault.displayText());
  }
  Poco::Logger::setChannel("", channel);
  Poco::Logger::setLevel("", Poco::Logger::parseLevel(settings.level));
}

}  // namespace chat::app
