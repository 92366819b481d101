#include "app/command/Terminal.h"

#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <iostream>

#include "plugin/api/AppError.h"

namespace chat::app {
namespace {

constexpr std::size_t MaxSecretBytes = 16 * 1024;

/// Keeps the terminal from showing what is typed. Meanwhile Ctrl-C ends the read instead of the process, so that the
/// terminal's mode is restored.
class Unseen {
 public:
  Unseen() {
    ::tcgetattr(STDIN_FILENO, &_before);
    auto unseen = _before;
    unseen.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &unseen);
    struct sigaction endRead {};
    endRead.sa_handler = [](int) {};
    ::sigaction(SIGINT, &endRead, &_interrupt);
  }
  ~Unseen() {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &_before);
    ::sigaction(SIGINT, &_interrupt, nullptr);
    std::cerr << '\n';
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;

 private:
  termios _before{};
  struct sigaction _interrupt {};
};

std::string readLine() {
  std::string line;
  char next = 0;
  for (;;) {
    const auto count = ::read(STDIN_FILENO, &next, 1);
    if (count <= 0 || next == '\n' || line.size() >= MaxSecretBytes) {
      if (count < 0 || (count == 0 && line.empty())) throw plugin::AppError(400, "no input");
      break;
    }
    line += next;
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace

std::string readSecret(std::string_view prompt) {
  if (::isatty(STDIN_FILENO) == 0) return readLine();
  std::cerr << prompt << std::flush;
  const Unseen unseen;
  return readLine();
}

}  // namespace chat::app
