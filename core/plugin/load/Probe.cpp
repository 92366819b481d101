#include "plugin/load/Probe.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/Descriptor.h"
#include "plugin/file/Candidate.h"
#include "plugin/file/Refused.h"
#include "plugin/run/PluginLibrary.h"

namespace chat::plugin {

namespace {

constexpr std::size_t MaxOutput = 2000;
constexpr std::string_view Cause =
    "; something that it runs when it is loaded (a static constructor, its class' "
    "constructor) does that: run chat-socketio --check-plugin FILE in a debugger";

struct SpawnActions {
  SpawnActions() { ::posix_spawn_file_actions_init(&actions); }
  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&actions); }
  posix_spawn_file_actions_t actions{};
};

struct SpawnAttributes {
  // The server's threads block signals that the probe must receive.
  SpawnAttributes() {
    ::posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  }
  ~SpawnAttributes() { ::posix_spawnattr_destroy(&attributes); }
  posix_spawnattr_t attributes{};
};

/// Reads the pipe until it is closed. False if that takes longer than `limit`.
bool readAll(int pipe, std::chrono::milliseconds limit, std::string& output) {
  const auto end = std::chrono::steady_clock::now() + limit;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{pipe, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) continue;
    std::array<char, 1024> buffer;  // NOLINT: filled by read
    const auto count = ::read(pipe, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return true;
    if (output.size() < MaxOutput) output.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

std::string lastLine(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const auto start = text.rfind('\n');
  return start == std::string::npos ? text : text.substr(start + 1);
}

}  // namespace

void Probe::check(const std::filesystem::path& file) const {
  if (_program.empty()) return;
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw Refused("it can't be tried: " + std::string(std::strerror(errno)));
  const base::Descriptor output(ends[0]);
  base::Descriptor input(ends[1]);
  SpawnActions actions;
  ::posix_spawn_file_actions_addopen(&actions.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions.actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions.actions, input.get(), STDERR_FILENO);
  const SpawnAttributes attributes;
  auto program = _program.string();
  std::string option = "--check-plugin=" + file.string();
  const std::array<char*, 3> arguments{program.data(), option.data(), nullptr};
  pid_t child = 0;
  const int fault =
      ::posix_spawn(&child, program.c_str(), &actions.actions, &attributes.attributes, arguments.data(), environ);
  if (fault != 0) throw Refused("it can't be tried with " + program + ": " + std::strerror(fault));
  input = base::Descriptor(-1);
  std::string said;
  const bool ended = readAll(output.get(), _limit, said);
  if (!ended) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (!ended) {
    throw Refused("its trial didn't end within " + std::to_string(_limit.count()) + " ms" + std::string(Cause));
  }
  if (WIFSIGNALED(status)) {
    throw Refused("its trial ended with the signal " + std::to_string(WTERMSIG(status)) + " (" +
                  ::strsignal(WTERMSIG(status)) + ")" + std::string(Cause));
  }
  if (WEXITSTATUS(status) == 0) return;
  const auto line = lastLine(said);
  throw Refused(line.empty()
                    ? "its trial exited with the status " + std::to_string(WEXITSTATUS(status)) + std::string(Cause)
                    : line);
}

std::string checkPlugin(const std::filesystem::path& path) {
  // Poco's Application turns these signals into exceptions, which nothing catches here. The signal itself tells the
  // server more.
  for (const int number : {SIGILL, SIGBUS, SIGSEGV, SIGFPE, SIGSYS}) ::signal(number, SIG_DFL);
  const auto candidate = Candidate::read(path);
  candidate.checkBuild();
  const auto& identity = candidate.identity();
  // A copy without a name, since the mapped file must not be overwritten meanwhile.
  const base::Descriptor copy(::memfd_create(identity.name.c_str(), MFD_CLOEXEC));
  const auto& bytes = candidate.file().bytes();
  if (!copy || ::write(copy.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
    throw Refused("there is no memory for its copy");
  }
  PluginLibrary library("/proc/self/fd/" + std::to_string(copy.get()));
  library.create(identity.className).reset();
  std::string line = "plugin " + identity.name + " " + identity.version + ", events:";
  for (const auto& event : identity.events) line += " " + event;
  return line;
}

}  // namespace chat::plugin
