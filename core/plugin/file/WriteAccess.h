#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <optional>

namespace chat::plugin {

/// Who may write what this server runs: root and the server's user, nobody else. Whoever may write a plugin, or put
/// another in its place, runs code in this server.
///
/// One group passes: the user's own, in which he is alone. Debian gives each user such a group, of the user's name, and
/// desktops a umask of 002, so that everything that he makes may be written by it. Root's group is no such one.
///
/// A value. Thread: any.
struct TrustedWriters {
  uid_t user = 0;
  std::optional<gid_t> ownGroup;

  /// As this machine's lists of users and groups say.
  static TrustedWriters of(uid_t user);

  bool owns(const struct stat& status) const noexcept { return status.st_uid == 0 || status.st_uid == user; }
  /// Whether the mode lets others write.
  bool isShared(const struct stat& status) const noexcept;
};

/// Throws Refused where others may write the file, or own it.
void checkWriters(const struct stat& status, const std::filesystem::path& path);

/// Throws Refused where others may write the folder, or own it, and where they may exchange it, or a folder or link on
/// the way to it: a folder on the way may be written by others only with the sticky bit (as /tmp), where they can't
/// touch what isn't theirs. Who owns a folder above isn't asked: root may serve what lies in a user's home.
void checkFolder(const std::filesystem::path& folder);

/// As checkFolder() for the folder that the path really leads to, and for the way there.
void checkWay(const std::filesystem::path& path);

}  // namespace chat::plugin
