#include "app/serving/ShutdownDeadline.h"

#include <Poco/Logger.h>

#include <cstdlib>

namespace chat::app {

ShutdownDeadline::ShutdownDeadline(base::Duration limit)
    : _thread([this, limit] {
        std::unique_lock lock(_mutex);
        if (_calledOff.wait_for(lock, limit, [this] { return _off; })) return;
        poco_error(Poco::Logger::get("app"), "a handler doesn't return; the process ends without waiting for it");
        endProcess();
      }) {}

ShutdownDeadline::~ShutdownDeadline() {
  {
    const std::lock_guard lock(_mutex);
    _off = true;
  }
  _calledOff.notify_all();
  _thread.join();
}

void ShutdownDeadline::endProcess() {
  Poco::Logger::root().getChannel()->close();  // writes what was logged
  std::_Exit(EXIT_SUCCESS);
}

}  // namespace chat::app
