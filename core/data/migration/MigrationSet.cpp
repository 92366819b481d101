#include "data/migration/MigrationSet.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <sstream>
#include <utility>

namespace chat::data {

namespace {

constexpr std::size_t NumberDigits = 4;
constexpr std::string_view FormerMark = "-- formerly ";

bool isNumbered(std::string_view name) {
  return name.size() > NumberDigits + 1 && name[NumberDigits] == '_' &&
         std::all_of(name.begin(), name.begin() + NumberDigits, [](unsigned char c) { return std::isdigit(c); });
}

int numberOf(const std::string& name) {
  return std::stoi(name.substr(0, NumberDigits));
}

std::string contentOf(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  if (!file) throw MigrationError("can't read " + path.string());
  return std::move(content).str();
}

std::string sha256(const std::string& content) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(content.data()), content.size());
  std::array<char, 2 * crypto_hash_sha256_BYTES + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  return hex.data();
}

std::optional<FormerMigration> formerOf(const std::string& name, const std::string& script) {
  std::istringstream lines(script);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(FormerMark)) continue;
    std::istringstream words(line.substr(FormerMark.size()));
    FormerMigration former{};
    words >> former.owner >> former.name >> former.checksum;
    if (!isNumbered(former.name) || former.checksum.size() != 2 * crypto_hash_sha256_BYTES) {
      throw MigrationError(name + ": '" + line + "' must be '" + std::string(FormerMark) + "OWNER NNNN_NAME SHA256'");
    }
    former.number = numberOf(former.name);
    return former;
  }
  return std::nullopt;
}

}  // namespace

MigrationSet MigrationSet::ofFolder(std::string plugin, const std::filesystem::path& folder) {
  MigrationSet set(std::move(plugin), "server");
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (isNumbered(name) && name.ends_with(".sql")) names.push_back(name);
  }
  if (error) throw MigrationError("can't read the migrations in " + folder.string() + ": " + error.message());
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    const int number = numberOf(name);
    if (number != static_cast<int>(set._steps.size()) + 1) {
      throw MigrationError(name + " in " + folder.string() +
                           ": the numbers of migrations run from 0001 without a gap, each once");
    }
    set.add(number, name, contentOf(folder / name));
  }
  return set;
}

MigrationSet MigrationSet::ofList(std::string plugin, Dialect dialect, std::span<const Migration> list) {
  MigrationSet set(std::move(plugin), "plugin");
  for (const auto& migration : list) {
    const auto number = static_cast<int>(set._steps.size()) + 1;
    std::string digits = std::to_string(number);
    digits.insert(0, NumberDigits - std::min(NumberDigits, digits.size()), '0');
    set.add(number, digits + "_" + std::string(migration.name),
            std::string(dialect == Dialect::MySql ? migration.mysql : migration.sqlite));
  }
  return set;
}

void MigrationSet::add(int number, std::string name, std::string script) {
  std::string checksum = sha256(script);
  auto former = formerOf(name, script);
  _steps.push_back({number, std::move(name), std::move(script), std::move(checksum), std::move(former)});
}

}  // namespace chat::data
