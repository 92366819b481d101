#include "data/engine/SqliteTurn.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

namespace chat::data {

namespace {

constexpr std::chrono::milliseconds Pause{1};

int retry(void* wait, int tries) {
  if (tries * Pause >= *static_cast<const base::Duration*>(wait)) return 0;
  std::this_thread::sleep_for(Pause);
  return 1;
}

}  // namespace

SqliteTurn::Held::~Held() {
  if (_file >= 0) ::flock(_file, LOCK_UN);
}

void SqliteTurn::open(const std::filesystem::path& file) {
  _file = base::Descriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!_file) throw std::system_error(errno, std::generic_category(), file.string());
}

std::optional<SqliteTurn::Held> SqliteTurn::take(base::Duration atMost) const {
  if (!_file) return Held(-1);
  const base::TimePoint deadline = base::systemClock().now() + atMost;
  while (::flock(_file.get(), LOCK_EX | LOCK_NB) != 0) {
    // On a file system without such locks nobody has a turn, and SQLite's own lock decides.
    if (errno != EWOULDBLOCK && errno != EINTR) return Held(-1);
    if (base::systemClock().now() >= deadline) return {};
    std::this_thread::sleep_for(Pause);
  }
  return Held(_file.get());
}

void retryOften(sqlite3* connection, const base::Duration& wait) {
  sqlite3_busy_handler(connection, &retry, const_cast<base::Duration*>(&wait));
}

}  // namespace chat::data
