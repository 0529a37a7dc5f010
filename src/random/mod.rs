//! Draws with an address instead of a state: who draws, for what, the how-many-th time.

mod distribution;
mod intensity;
mod stream;

pub use distribution::{
    discrete, erlang, exponential, gamma, geometric, lognormal, lognormal_mean,
    lognormal_mean_sigma, lognormal_sigma, normal, poisson, uniform_between, weibull,
};
pub use intensity::Intensity;
pub use stream::{Streams, philox, unit};

#[cfg(test)]
mod tests;
