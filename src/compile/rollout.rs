//! Roll-outs: a scenario that comes into force place by place, each from its own date.

use super::model::LoadedModel;
use super::places::{Scope, find_scope, scope_names};
use super::plan::{At, said};
use super::scenario::{Layer, Statement, read_stack};
use crate::domain::levers;
use crate::spec::{Diagnostic, Diagnostics, Fields, Node, Source, Words, date, text, texts, wrong};
use jiff::civil::Date;

/// Layers, and the files they were read from: path and digest.
pub(super) type Waves = (Vec<Layer>, Vec<(String, String)>);

/// Reads `rollout = [{ scenario = "after", from = 2019-01-01, places = ["历下区"] }, …]` as layers
/// on top of an arm's scenario, each with the files it was read from.
pub(super) fn read_rollout(
    source: &Source,
    path: &str,
    node: &Node,
    model: &LoadedModel,
    log: &mut Diagnostics,
) -> Option<Waves> {
    let Some(waves) = node.list().filter(|waves| !waves.is_empty()) else {
        let expected = Words::new("一批一批的列表", "a list of waves");
        log.push(wrong(source, node, path, expected));
        return None;
    };
    let (mut layers, mut files) = (Vec::new(), Vec::new());
    for (index, wave) in waves.iter().enumerate() {
        let mut fields = Fields::of(source, &format!("{path}[{index}]"), wave, log)?;
        let from = fields.required("from", log).and_then(|node| date(source, "from", node, log));
        let scenario = fields.required("scenario", log).and_then(|node| {
            let name = text(source, &fields.path("scenario"), node, log)?;
            read_stack(model, name, Some(source.place(node.span.start)), log)
        });
        let places = fields.required("places", log);
        let places = places.and_then(|node| read_places(source, node, model, log));
        fields.finish(log);
        let (from, scenario, places) = (from?, scenario?, places?);
        layers.push(wave_layer(model, &scenario.layers, from, &places));
        files.extend(scenario.files);
    }
    Some((layers, files))
}

/// Districts and streets, or `city` for all of them.
fn read_places(
    source: &Source,
    node: &Node,
    model: &LoadedModel,
    log: &mut Diagnostics,
) -> Option<Vec<Scope>> {
    let city = &model.city;
    let mut places = Vec::new();
    for (name, node) in texts(source, "places", node, log)? {
        if name == "city" {
            places.extend((0..city.districts.len()).map(Scope::District));
            continue;
        }
        match find_scope(city, name) {
            Some(scope @ (Scope::District(_) | Scope::Street(_))) => places.push(scope),
            _ => {
                let words =
                    Words::new(format!("没有范围“{name}”"), format!("unknown place \"{name}\""));
                let expected = Words::new(
                    "区县名、镇街名，或 city",
                    "the name of a district or street, or city",
                );
                let place = source.place(node.span.start);
                let mistake = Diagnostic::new("scenario::unknown_scope", place, words);
                log.push(mistake.expected(expected).nearest(name, scope_names(city)));
                return None;
            }
        }
    }
    Some(places)
}

/// What a scenario says of some places, as statements from a date on.
fn wave_layer(model: &LoadedModel, layers: &[Layer], from: Date, places: &[Scope]) -> Layer {
    let city = &model.city;
    let mut statements = Vec::new();
    for lever in levers() {
        let value = |at: At| layers.iter().rev().find_map(|layer| said(city, layer, lever, 0, at));
        let mut say = |scope: Scope, at: At| {
            let value = value(at).cloned();
            let said = |value| Statement { lever, scope, from: Some(from), value };
            statements.extend(value.map(said));
        };
        for place in places {
            match *place {
                Scope::District(district) => {
                    say(*place, At::District(district));
                    // A street may have a value of its own: that of its kind, or its name.
                    for &street in &city.districts[district].streets {
                        say(Scope::Street(street), At::Street(street));
                    }
                }
                Scope::Street(street) => say(*place, At::Street(street)),
                Scope::Everywhere | Scope::Kind(_) => {}
            }
        }
    }
    Layer { statements }
}
