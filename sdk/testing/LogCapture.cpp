#include "testing/LogCapture.h"

#include <Poco/AutoPtr.h>
#include <Poco/Channel.h>
#include <Poco/Logger.h>
#include <Poco/Message.h>
#include <Poco/NullChannel.h>

#include <mutex>
#include <utility>

namespace chat::testing {
namespace {

const char* levelOf(const Poco::Message& message) {
  switch (message.getPriority()) {
    case Poco::Message::PRIO_FATAL:
    case Poco::Message::PRIO_CRITICAL:
    case Poco::Message::PRIO_ERROR:
      return "error ";
    case Poco::Message::PRIO_WARNING:
      return "warning ";
    case Poco::Message::PRIO_NOTICE:
    case Poco::Message::PRIO_INFORMATION:
      return "information ";
    default:
      return "debug ";
  }
}

}  // namespace

struct LogCapture::Lines {
  std::mutex mutex;
  std::vector<std::string> lines;
};

class LogCapture::Channel final : public Poco::Channel {
 public:
  explicit Channel(std::shared_ptr<Lines> lines) : _lines(std::move(lines)) {}
  void log(const Poco::Message& message) override {
    auto line = levelOf(message) + message.getSource() + ": " + message.getText();
    const std::lock_guard lock(_lines->mutex);
    _lines->lines.push_back(std::move(line));
  }

 private:
  const std::shared_ptr<Lines> _lines;
};

LogCapture::LogCapture() : _lines(std::make_shared<Lines>()) {
  // Poco sets the channel of the existing loggers, and later ones inherit it. A process that hasn't logged yet has no
  // logger.
  Poco::Logger::root();
  Poco::Logger::setChannel("", Poco::AutoPtr<Poco::Channel>(new Channel(_lines)));
}

LogCapture::~LogCapture() {
  Poco::Logger::setChannel("", Poco::AutoPtr<Poco::Channel>(new Poco::NullChannel));
}

std::vector<std::string> LogCapture::take() {
  const std::lock_guard lock(_lines->mutex);
  return std::exchange(_lines->lines, {});
}

}  // namespace chat::testing
