#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <optional>

namespace chat::plugin {

/// The users who may write plugins and their folder: root and the server's own user, nobody else. Whoever can write a
/// plugin, or put another in its place, can run code in this server.
///
/// One group is allowed: the user's own, if the user is its only member. Debian gives each user such a group, with the
/// user's name, and desktops set a umask of 002, so that this group may write all of the user's files. The group of
/// root is never allowed.
///
/// A value. Thread: any.
struct TrustedWriters {
  uid_t user = 0;
  std::optional<gid_t> ownGroup;

  /// As the machine's lists of users and groups (passwd, group) say.
  static TrustedWriters of(uid_t user);

  bool owns(const struct stat& status) const noexcept { return status.st_uid == 0 || status.st_uid == user; }
  /// Whether the mode lets others write.
  bool isShared(const struct stat& status) const noexcept;
};

/// Throws Refused if others may write the file, or own it.
void checkWriters(const struct stat& status, const std::filesystem::path& path);

/// Throws Refused if others may write the folder, or own it, or may exchange it, or a folder or link on the way to it.
/// Others may write a folder on the way only if it has the sticky bit (as /tmp), with which they can't touch what isn't
/// theirs. The owners of the folders above don't matter: root may serve what lies in a user's home.
void checkFolder(const std::filesystem::path& folder);

/// As checkFolder(), for the folder in which the path ends once all links are followed, and for the way there.
void checkWay(const std::filesystem::path& path);

}  // namespace chat::plugin
