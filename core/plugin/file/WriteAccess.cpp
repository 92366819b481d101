#include "plugin/file/WriteAccess.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <deque>
#include <string>
#include <system_error>
#include <vector>

#include "plugin/file/Refused.h"

namespace chat::plugin {

namespace {

constexpr std::size_t LookupBytes = std::size_t{1} << 16;
constexpr int MaxLinks = 40;  // the kernel's own limit

std::string groupName(gid_t group) {
  std::vector<char> buffer(LookupBytes);
  struct group entry {};
  struct group* found = nullptr;
  ::getgrgid_r(group, &entry, buffer.data(), buffer.size(), &found);
  return found != nullptr ? found->gr_name : std::to_string(group);
}

[[noreturn]] void refuseShared(const struct stat& status, const std::string& name) {
  const bool byAll = (status.st_mode & S_IWOTH) != 0;
  throw Refused(name + " can be written by " + (byAll ? "everybody" : "the group " + groupName(status.st_gid)) +
                ", and whoever can write a plugin or exchange its folder can run code in this server: chmod " +
                (byAll ? "o-w " : "g-w ") + name);
}

void checkOwner(const TrustedWriters& trusted, const struct stat& status, const std::string& name) {
  if (trusted.owns(status)) return;
  const auto user = std::to_string(trusted.user);
  throw Refused(name + " belongs to user " + std::to_string(status.st_uid) + "; it must belong to root or to user " +
                user + ", as which this server runs: chown " + user + " " + name);
}

struct stat statusOf(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    throw Refused(path.string() + " can't be read: " + std::generic_category().message(errno));
  }
  return status;
}

/// The folder that the path's last part lies in, once every link is followed.
std::filesystem::path followed(const std::filesystem::path& path, const TrustedWriters& trusted) {
  std::filesystem::path at = "/";
  std::deque<std::filesystem::path> left;
  for (const auto& part : std::filesystem::absolute(path).relative_path()) left.push_back(part);
  for (int links = 0; !left.empty();) {
    const auto part = left.front();
    left.pop_front();
    if (part.empty() || part == ".") continue;
    const auto folder = statusOf(at);
    if (!S_ISDIR(folder.st_mode)) break;  // opening it will fail and say why
    const bool isSticky = (folder.st_mode & S_ISVTX) != 0;
    if (trusted.isShared(folder) && !isSticky) refuseShared(folder, at.string());
    if (part == "..") {
      at = at.parent_path();
      continue;
    }
    const auto next = at / part;
    struct stat status {};
    if (::lstat(next.c_str(), &status) != 0) break;  // likewise
    if (trusted.isShared(folder)) checkOwner(trusted, status, next.string());
    if (!S_ISLNK(status.st_mode)) {
      if (left.empty() && !S_ISDIR(status.st_mode)) break;
      at = next;
      continue;
    }
    std::error_code error;
    const auto target = std::filesystem::read_symlink(next, error);
    if (error || ++links > MaxLinks) throw Refused(next.string() + " is a link that leads nowhere");
    if (target.is_absolute()) at = "/";
    const auto parts = target.relative_path();
    left.insert(left.begin(), parts.begin(), parts.end());
  }
  return at;
}

}  // namespace

TrustedWriters TrustedWriters::of(uid_t user) {
  TrustedWriters trusted{user, std::nullopt};
  if (user == 0) return trusted;
  std::vector<char> userBuffer(LookupBytes);
  std::vector<char> groupBuffer(LookupBytes);
  struct passwd account {};
  struct passwd* foundUser = nullptr;
  struct group group {};
  struct group* foundGroup = nullptr;
  ::getpwuid_r(user, &account, userBuffer.data(), userBuffer.size(), &foundUser);
  if (foundUser == nullptr) return trusted;
  ::getgrgid_r(account.pw_gid, &group, groupBuffer.data(), groupBuffer.size(), &foundGroup);
  if (foundGroup == nullptr) return trusted;
  const std::string name = account.pw_name;
  if (name != group.gr_name) return trusted;
  for (auto** member = group.gr_mem; *member != nullptr; ++member) {
    if (name != *member) return trusted;
  }
  trusted.ownGroup = account.pw_gid;
  return trusted;
}

bool TrustedWriters::isShared(const struct stat& status) const noexcept {
  if ((status.st_mode & S_IWOTH) != 0) return true;
  return (status.st_mode & S_IWGRP) != 0 && status.st_gid != ownGroup;
}

void checkWriters(const struct stat& status, const std::filesystem::path& path) {
  const auto trusted = TrustedWriters::of(::geteuid());
  if (trusted.isShared(status)) refuseShared(status, path.string());
  checkOwner(trusted, status, path.string());
}

void checkWay(const std::filesystem::path& path) {
  const auto folder = followed(path, TrustedWriters::of(::geteuid()));
  checkWriters(statusOf(folder), folder);
}

void checkFolder(const std::filesystem::path& folder) {
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0) {
    throw Refused("the folder " + folder.string() + " can't be read: " + std::generic_category().message(errno));
  }
  if (!S_ISDIR(status.st_mode)) throw Refused(folder.string() + " is not a folder");
  checkWay(folder);
}

}  // namespace chat::plugin
