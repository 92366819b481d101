#include "plugin/file/DigestList.h"

#include <Poco/DigestEngine.h>
#include <Poco/SHA2Engine.h>
#include <Poco/String.h>

#include <sstream>

#include "plugin/file/LibraryFile.h"
#include "plugin/file/Refused.h"

namespace chat::plugin {

void checkDigest(const std::filesystem::path& list, const std::filesystem::path& file, const std::string& bytes) {
  Poco::SHA2Engine engine(Poco::SHA2Engine::SHA_256);
  engine.update(bytes);
  const auto digest = Poco::DigestEngine::digestToHex(engine.digest());
  const auto name = file.filename().string();
  std::istringstream lines;
  try {
    lines.str(LibraryFile::read(list).bytes());
  } catch (const Refused& refused) {
    throw Refused("the list of digests (plugins.digests) can't be used: " + std::string(refused.what()));
  }
  std::string listed;
  std::string hex;
  std::string rest;
  while (lines >> hex && std::getline(lines, rest)) {
    Poco::trimInPlace(rest);
    if (rest.starts_with('*')) rest.erase(0, 1);  // sha256sum --binary
    if (std::filesystem::path(rest).filename() != name) continue;
    if (Poco::icompare(hex, digest) == 0) return;
    listed = hex;
  }
  throw Refused("its sha256 is " + digest + ", but " + list.string() +
                (listed.empty() ? " (plugins.digests) doesn't name " + name : " (plugins.digests) has " + listed) +
                "; if the file is the right one, add a line of sha256sum for it");
}

}  // namespace chat::plugin
