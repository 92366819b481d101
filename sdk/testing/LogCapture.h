#pragma once

#include <memory>
#include <string>
#include <vector>

namespace chat::testing {

/// Takes what is logged in the process, as long as it lives. Thread: any.
class LogCapture {
 public:
  LogCapture();
  ~LogCapture();
  LogCapture(const LogCapture&) = delete;
  LogCapture& operator=(const LogCapture&) = delete;

  /// What was logged since the last call, a line each: `warning plugin.hello: …`.
  std::vector<std::string> take();

 private:
  class Channel;
  struct Lines;
  std::shared_ptr<Lines> _lines;
};

}  // namespace chat::testing
