#include "login/TokenSweep.h"

#include <vector>

#include "login/LoginEnd.h"
#include "login/Token.h"
#include "plugin/api/AppError.h"

namespace chat::login {

void TokenSweep::run() {
  if (_after.empty()) {
    if (_clock.now() < _nextRound) return;
    _nextRound = _clock.now() + _interval;
  }
  try {
    const std::vector<std::string> credentials = _emitter.credentials(_after, BatchSize);
    std::vector<std::string> hashes;
    for (const std::string& credential : credentials) {
      if (isTokenHash(credential)) hashes.push_back(credential);  // other plugins check their own
    }
    const std::vector<std::string> missing = _tokens.missing(hashes);
    if (!missing.empty()) _ended.run();
    for (const std::string& hash : missing) {
      _emitter.endCredential(hash, reason::Revoked);
    }
    _after = credentials.size() < BatchSize ? std::string() : credentials.back();
  } catch (const data::Unavailable&) {
    // The same tokens are checked the next time.
  } catch (const plugin::AppError&) {
    // A loop was busy: the same.
  }
}

}  // namespace chat::login
