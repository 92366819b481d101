#pragma once

#include <memory>
#include <string>
#include <vector>

namespace chat::testing {

/// Captures the log of the process during its lifetime. Thread: any.
class LogCapture {
 public:
  LogCapture();
  ~LogCapture();
  LogCapture(const LogCapture&) = delete;
  LogCapture& operator=(const LogCapture&) = delete;

  /// The log since the last call, one line for each message: `warning plugin.hello: …`.
  std::vector<std::string> take();

 private:
  class Channel;
  struct Lines;
  std::shared_ptr<Lines> _lines;
};

}  // namespace chat::testing
